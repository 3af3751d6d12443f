using System.Text;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lint;

public class SpecLintTests
{
    [Fact]
    public void DefaultIsClean()
    {
        Assert.Empty(SpecLint.Check(SpecDefaults.Create()));
        Assert.Empty(SpecLint.Check((ReadOnlyMemory<byte>)SpecWriter.Write(SpecDefaults.Create())));
    }

    [Theory]
    [InlineData("procces", "process")]
    [InlineData("Process", "process")]
    [InlineData("hostName", "hostname")]
    [InlineData("ociversion", "ociVersion")]
    [InlineData("mount", "mounts")]
    [InlineData("linxu", "linux")]
    public void NearMissIsNamed(string name, string meant)
    {
        OciSpecIssue issue = Assert.Single(Lint(b => b.Insert(1, $"\"{name}\":{{}},")), i => i.Rule == "UnknownProperty");
        Assert.Equal($"did you mean \"{meant}\"?", issue.Hint);
        Assert.Equal("/" + name, issue.Pointer);
        Assert.Equal(OciIssueSeverity.Warning, issue.Severity);
    }

    [Fact]
    public void OtherUnknownNamesAreInformation()
    {
        OciSpecIssue issue = Assert.Single(Lint(b => b.Insert(1, "\"com.example/x\":1,")));
        Assert.Equal(new OciSpecIssue("UnknownProperty", OciIssueSeverity.Info, "/com.example~1x", "the runtime-spec has no property \"com.example/x\" here; it is ignored"), issue);
    }

    [Fact]
    public void NestedUnknownAndDuplicateNamesAreFound()
    {
        IReadOnlyList<OciSpecIssue> issues = Lint(b => b.Replace("\"destination\":\"/proc\"", "\"destination\":\"/x\",\"opts\":1,\"destination\":\"/proc\""));
        Assert.Equal(["/mounts/0/opts", "/mounts/0/destination"], issues.Select(i => i.Pointer));
        Assert.Equal(["UnknownProperty", "DuplicateProperty"], issues.Select(i => i.Rule));
    }

    [Fact]
    public void ForeignSectionsAreKnown() => Assert.Empty(Lint(b => b.Insert(1, "\"windows\":{\"x\":1},\"solaris\":{},\"vm\":{},\"zos\":{},\"freebsd\":{},")));

    [Fact]
    public void KeysOfMapsAreFree() =>
        Assert.Empty(Lint(b => b.Insert(1, "\"annotations\":{\"process\":\"x\",\"any\":\"y\"},").Replace("\"maskedPaths\"", "\"timeOffsets\":{\"boottime\":{\"secs\":1}},\"netDevices\":{\"eth7\":{}},\"maskedPaths\"").Replace("{\"type\":\"pid\"}", "{\"type\":\"pid\"},{\"type\":\"time\"}")));

    [Fact]
    public void AllErrorsAreToldAtOnce()
    {
        IReadOnlyList<OciSpecIssue> issues = Lint(b => b.Replace("\"cwd\":\"/\"", "\"cwd\":7").Replace("\"soft\":1024", "\"soft\":-1").Replace("\"type\":\"pid\"", "\"type\":\"pdi\""));
        Assert.Equal(["/process/cwd", "/process/rlimits/0/soft", "/linux/namespaces/0/type"], issues.Where(i => i.Severity == OciIssueSeverity.Error).Select(i => i.Pointer));
        Assert.Equal("did you mean \"pid\"?", issues.Single(i => i.Pointer == "/linux/namespaces/0/type").Hint);
        Assert.Single(issues, i => i.Pointer == "/process/cwd");
    }

    [Fact]
    public void BrokenTextIsOneIssue()
    {
        OciSpecIssue issue = Assert.Single(SpecLint.Check("{"u8.ToArray().AsMemory()));
        Assert.Equal(("InvalidJson", OciIssueSeverity.Error), (issue.Rule, issue.Severity));
    }

    [Fact]
    public void RulesFindWhatTheyAreFor()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Hooks = new OciHooks { Prestart = [new OciHook { Path = "/bin/true" }] };
        spec.Linux!.Resources!.Memory = new OciMemory { Kernel = 1, KernelTCP = 1 };
        spec.Mounts![0].Destination = "proc";
        spec.Mounts.Add(new OciMount { Destination = "/dev/", Type = "tmpfs", Source = "x" });
        spec.Linux.Devices =
        [
            new OciDevice { Type = "c", Path = "/dev/a", Major = 1, Minor = 3 },
            new OciDevice { Type = "c", Path = "/dev/a", Major = 1, Minor = 4 },
            new OciDevice { Type = "c", Path = "/dev/b", Major = 1, Minor = 3 },
        ];
        spec.Linux.MaskedPaths!.Add("/proc/acpi");
        spec.Process!.Env!.Add("TERM=dumb");
        spec.Process.Capabilities!.Ambient = ["CAP_KILL"];
        spec.Process.Terminal = false;
        spec.Process.ConsoleSize = new OciConsoleSize { Height = 1, Width = 1 };
        Assert.Equal(
            [
                "DeprecatedPrestart /hooks/prestart",
                "KernelMemory /linux/resources/memory/kernel",
                "KernelMemory /linux/resources/memory/kernelTCP",
                "RelativeDestination /mounts/0/destination",
                "DuplicateMount /mounts/7",
                "DuplicateDevice /linux/devices/1",
                "DuplicateDevice /linux/devices/2",
                "DuplicateEntry /linux/maskedPaths/10",
                "DuplicateVariable /process/env/2",
                "AmbientCapability /process/capabilities/ambient/0",
                "UnusedConsoleSize /process/consoleSize",
            ],
            SpecLint.Check(spec).Select(i => $"{i.Rule} {i.Pointer}"));
    }

    [FactWhen(SharedData = "runtime-spec-1.3.0-schema")]
    public void EveryPropertyOfTheSchemaIsKnown()
    {
        string folder = Machine.FindSharedData("runtime-spec-1.3.0-schema")!;
        string[] unknown = [.. SchemaSample.Properties(folder)
            .SelectMany(sample => SpecLint.Check(Encoding.UTF8.GetBytes(sample).AsMemory()))
            .Where(i => i.Rule == "UnknownProperty")
            .Select(i => i.Pointer)];
        Assert.Empty(unknown);
    }

    private static IReadOnlyList<OciSpecIssue> Lint(Func<string, string> change)
    {
        string json = Encoding.UTF8.GetString(SpecWriter.Write(SpecDefaults.Create()));
        string changed = change(json);
        Assert.NotEqual(json, changed);
        return SpecLint.Check(Encoding.UTF8.GetBytes(changed).AsMemory());
    }
}
