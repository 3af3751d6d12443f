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
        Assert.Equal(OciIssueSeverity.Warning, issue.Level);
    }

    /// <summary>What create takes as runc and crun do, and the runtime-spec does not have.</summary>
    [Theory]
    [InlineData("\"ociVersion\":\"1.3.0\"", "\"ociVersion\":\"1.0\"", "/ociVersion")]
    [InlineData("\"ociVersion\":\"1.3.0\"", "\"ociVersion\":\"v1.0.0\"", "/ociVersion")]
    [InlineData("\"ociVersion\":\"1.3.0\",", "", "/ociVersion")]
    [InlineData("\"linux\":{", "\"linux\":{\"seccomp\":{},", "/linux/seccomp")]
    [InlineData("\"linux\":{", "\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[],\"action\":\"SCMP_ACT_ERRNO\"}]},", "/linux/seccomp/syscalls/0/names")]
    [InlineData("\"access\":\"rwm\"", "\"access\":\"rwa\"", "/linux/resources/devices/0/access")]
    [InlineData("\"maskedPaths\":[", "\"maskedPaths\":[null,", "/linux/maskedPaths/0")]
    public void WhatIsTakenAsMeantIsAWarning(string from, string to, string pointer)
    {
        OciSpecIssue issue = Assert.Single(Lint(b =>
        {
            Assert.Contains(from, b, StringComparison.Ordinal);
            return b.Replace(from, to);
        }));
        Assert.Equal((pointer, OciIssueSeverity.Warning), (issue.Pointer, issue.Level));
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
        Assert.Equal(["/process/cwd", "/process/rlimits/0/soft", "/linux/namespaces/0/type"], issues.Where(i => i.Level == OciIssueSeverity.Error).Select(i => i.Pointer));
        Assert.Equal("did you mean \"pid\"?", issues.Single(i => i.Pointer == "/linux/namespaces/0/type").Hint);
        Assert.Single(issues, i => i.Pointer == "/process/cwd");
    }

    [Fact]
    public void BrokenTextIsOneIssue()
    {
        OciSpecIssue issue = Assert.Single(SpecLint.Check("{"u8.ToArray().AsMemory()));
        Assert.Equal(("InvalidJson", OciIssueSeverity.Error), (issue.Rule, issue.Level));
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
        spec.Linux.ReadonlyPaths![0] = "proc/bus";
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
                "RelativePath /linux/readonlyPaths/0",
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

    /// <summary>Wherever one of a few words is to be given.</summary>
    [Fact]
    public void TheWordThatWasMeantIsNamed()
    {
        Meant("/linux/seccomp/defaultAction", "SCMP_ACT_KILL", s => Seccomp(s).DefaultAction = "KILL");
        Meant("/linux/seccomp/defaultAction", "SCMP_ACT_ALLOW", s => Seccomp(s).DefaultAction = "SCMP_ACT_ALOW");
        Meant("/linux/seccomp/syscalls/0/action", "SCMP_ACT_ERRNO", s => Rule(s).Action = "errno");
        Meant("/linux/seccomp/syscalls/0/args/0/op", "SCMP_CMP_EQ", s => Rule(s).Args = [new() { Op = "EQ" }]);
        Meant("/linux/seccomp/architectures/0", "SCMP_ARCH_X86_64", s => Seccomp(s).Architectures = ["x86_64"]);
        Meant("/linux/seccomp/flags/0", "SECCOMP_FILTER_FLAG_LOG", s => Seccomp(s).Flags = ["LOG"]);
        Meant("/linux/namespaces/0/type", "network", s => s.Linux!.Namespaces![0].Type = "net");
        Meant("/linux/namespaces/0/type", "mount", s => s.Linux!.Namespaces![0].Type = "mnt");
        Meant("/process/capabilities/bounding/0", "CAP_KILL", s => s.Process!.Capabilities!.Bounding![0] = "kill", OciIssueSeverity.Warning);
        Meant("/process/capabilities/bounding/0", "CAP_NET_ADMIN", s => s.Process!.Capabilities!.Bounding![0] = "NET_ADMN", OciIssueSeverity.Warning);
        Meant("/process/rlimits/0/type", "RLIMIT_NOFILE", s => s.Process!.Rlimits![0].Type = "nofile");
        Meant("/process/ioPriority/class", "IOPRIO_CLASS_IDLE", s => s.Process!.IOPriority = new() { Class = "IDLE" });
        Meant("/mounts/7/options/1", "rbind", s => s.Mounts!.Add(new() { Destination = "/x", Type = "bind", Source = "/x", Options = ["ro", "rbnd"] }), OciIssueSeverity.Warning);
        Meant("/linux/seccomp/syscalls/0/names/1", "open", s => Rule(s).Names!.Add("opn"), OciIssueSeverity.Warning);
    }

    /// <summary>Profiles name calls that are to come; a filesystem knows its own parameters.</summary>
    [Fact]
    public void WhatMayBeMeantIsLeftAlone()
    {
        OciSpec spec = SpecDefaults.Create();
        Rule(spec).Names!.Add("some_call_of_a_later_kernel");
        spec.Mounts!.Add(new() { Destination = "/x", Type = "tmpfs", Source = "x", Options = ["rbnd"] });
        spec.Mounts.Add(new() { Destination = "/y", Type = "bind", Source = "/y", Options = ["rbind", "rro", "defaults", "noatime", "rprivate", ""] });
        OciSpecIssue issue = Assert.Single(SpecLint.Check(spec));
        Assert.Equal(("UnknownSyscall", OciIssueSeverity.Info, null), (issue.Rule, issue.Level, issue.Hint));
    }

    [Fact, Needs(SharedData = "docker-default-seccomp.x86_64.json")]
    public void AProfileThatEnginesUseIsClean()
    {
        string profile = File.ReadAllText(Machine.FindSharedData("docker-default-seccomp.x86_64.json")!);
        Assert.DoesNotContain(Lint(b => b.Replace("\"maskedPaths\"", $"\"seccomp\":{profile},\"maskedPaths\"")), issue => issue.Level != OciIssueSeverity.Info);
    }

    [Fact, Needs(SharedData = "runtime-spec-1.3.0-schema")]
    public void EveryPropertyOfTheSchemaIsKnown()
    {
        string folder = Machine.FindSharedData("runtime-spec-1.3.0-schema")!;
        string[] unknown = [.. SchemaSample.Properties(folder)
            .SelectMany(sample => SpecLint.Check(Encoding.UTF8.GetBytes(sample).AsMemory()))
            .Where(i => i.Rule == "UnknownProperty")
            .Select(i => i.Pointer)];
        Assert.Empty(unknown);
    }

    private static void Meant(string pointer, string word, Action<OciSpec> change, OciIssueSeverity severity = OciIssueSeverity.Error)
    {
        OciSpec spec = SpecDefaults.Create();
        change(spec);
        Assert.Contains(SpecLint.Check(spec), issue => issue.Level == severity && issue.Pointer == pointer && issue.Hint == $"did you mean \"{word}\"?");
    }

    private static OciSeccomp Seccomp(OciSpec spec) => spec.Linux!.Seccomp ??= new() { DefaultAction = "SCMP_ACT_ALLOW" };

    private static OciSyscall Rule(OciSpec spec)
    {
        OciSeccomp seccomp = Seccomp(spec);
        seccomp.Syscalls ??= [new() { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }];
        return seccomp.Syscalls[0];
    }

    private static IReadOnlyList<OciSpecIssue> Lint(Func<string, string> change)
    {
        string json = Encoding.UTF8.GetString(SpecWriter.Write(SpecDefaults.Create()));
        string changed = change(json);
        Assert.NotEqual(json, changed);
        return SpecLint.Check(Encoding.UTF8.GetBytes(changed).AsMemory());
    }
}
