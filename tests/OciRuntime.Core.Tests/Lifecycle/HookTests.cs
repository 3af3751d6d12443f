using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>What a hook of each kind gets, where it runs, and what its failure does (runtime-spec, runtime.md and config.md).</summary>
[Collection(Name)]
public sealed class HookTests : ContainerFixture
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [FactWhen(Root = true, Program = "busybox")]
    public void EachGetsItsArgumentsItsEnvironmentAndTheState()
    {
        OciSpec spec = Spec("true");
        spec.Annotations = new() { ["org.example.some"] = "words" };
        foreach (string kind in s_kinds)
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"{{ echo \"$0 $1\"; env; cat; }} > {Record(kind)}", "first", "second"], Env = ["SOME=thing"] });
        int pid = RunToTheEnd(spec);
        foreach (string kind in s_kinds)
        {
            string[] lines = File.ReadAllLines(Outside(kind));
            Assert.Equal("first second", lines[0]);
            // What the shell adds by itself is not ours.
            Assert.Equal(["SOME=thing"], lines[1..^1].Where(line => line.Split('=')[0] is not ("PATH" or "PWD" or "OLDPWD" or "SHLVL" or "_")));
            JsonElement state = JsonDocument.Parse(lines[^1]).RootElement;
            Assert.Equal(SpecVersion.Current, state.GetProperty("ociVersion").GetString());
            Assert.Equal("c", state.GetProperty("id").GetString());
            Assert.Equal(Bundle, state.GetProperty("bundle").GetString());
            Assert.Equal("words", state.GetProperty("annotations").GetProperty("org.example.some").GetString());
            string status = kind switch { "startContainer" => "created", "poststart" => "running", "poststop" => "stopped", _ => "creating" };
            Assert.Equal((kind, status), (kind, state.GetProperty("status").GetString()));
            Assert.Equal((kind, kind == "poststop" ? null : pid), (kind, state.TryGetProperty("pid", out JsonElement number) ? number.GetInt32() : (int?)null));
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void EachRunsInItsNamespaces()
    {
        OciSpec spec = Spec("true");
        foreach (string kind in s_kinds)
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"{{ pwd; for n in net mnt; do readlink /proc/self/ns/$n; done; }} > {Record(kind)}"], Env = ["PATH=/bin:/usr/bin"] });
        Runtime.Create(Request("c", spec));
        string pid = Runtime.Get("c").Pid.ToString();
        string[] inside = [Namespace(pid, "net"), Namespace(pid, "mnt")], outside = [Namespace("self", "net"), Namespace("self", "mnt")];
        Runtime.Start("c");
        Runtime.Wait("c");
        Runtime.Delete("c");
        foreach (string kind in s_kinds)
        {
            string[] lines = File.ReadAllLines(Outside(kind));
            Assert.Equal([kind, .. kind.EndsWith("Container", StringComparison.Ordinal) ? inside : outside], [kind, .. lines[1..]]);
            if (!kind.EndsWith("Container", StringComparison.Ordinal))
                Assert.Equal((kind, Bundle), (kind, lines[0]));
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void SeveralOfOneKindRunInOrder()
    {
        OciSpec spec = Spec("true");
        foreach (string kind in s_kinds)
            for (int i = 0; i < 3; i++)
                Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo {i} >> {Record(kind)}"] });
        RunToTheEnd(spec);
        foreach (string kind in s_kinds)
            Assert.Equal([kind, "0", "1", "2"], [kind, .. File.ReadAllLines(Outside(kind))]);
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AFailureBeforeTheStartFailsTheCreateAndRunsPoststop()
    {
        foreach (string kind in s_kinds[..3])
        {
            OciSpec spec = Script("echo ran > /tmp/ran");
            Add(spec, kind, Failing());
            Add(spec, "poststop", new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo > {Temporary(kind)}"] });
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal((kind, OciErrorCode.HookFailed, $"/hooks/{kind}/0"), (kind, error.Code, error.SpecPointer));
            Assert.Contains("what it said", error.Message, StringComparison.Ordinal);
            Assert.Empty(Runtime.List());
            Assert.True(File.Exists(Temporary(kind)), kind);
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AFailureOfStartContainerFailsTheStartBeforeTheProcess()
    {
        OciSpec spec = Script("echo ran > /tmp/ran");
        Add(spec, "startContainer", Failing());
        Runtime.Create(Request("c", spec));
        OciException error = Assert.Throws<OciException>(() => Runtime.Start("c"));
        Assert.Equal((OciErrorCode.HookFailed, "/hooks/startContainer/0"), (error.Code, error.SpecPointer));
        Runtime.Wait("c");
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").Status);
        Assert.False(File.Exists(Path.Combine(Bundle, "rootfs", "tmp", "ran")));
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AFailureOfPoststartStopsTheContainer()
    {
        OciSpec spec = Spec("sleep", "30");
        Add(spec, "poststart", Failing());
        Runtime.Create(Request("c", spec));
        OciException error = Assert.Throws<OciException>(() => Runtime.Start("c"));
        Assert.Equal((OciErrorCode.HookFailed, "/hooks/poststart/0"), (error.Code, error.SpecPointer));
        Runtime.Wait("c");
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").Status);
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AFailureOfPoststopIsAWarningAndTheNextOneRuns()
    {
        OciSpec spec = Spec("true");
        Add(spec, "poststop", Failing());
        Add(spec, "poststop", new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo > {Temporary("next")}"] });
        RunToTheEnd(spec);
        Assert.Contains(Warnings, warning => warning.Contains("what it said", StringComparison.Ordinal));
        Assert.True(File.Exists(Temporary("next")));
        Assert.Empty(Runtime.List());
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void EachIsKilledAfterItsTimeout()
    {
        foreach (string kind in s_kinds)
        {
            OciSpec spec = Spec("sleep", "30");
            Add(spec, kind, new() { Path = "/bin/sleep", Args = ["sleep", "60"], Timeout = 1 });
            long began = Environment.TickCount64;
            OciException? error = (OciException?)Xunit.Record.Exception(() =>
            {
                Runtime.Create(Request("c", spec));
                Runtime.Start("c");
            });
            Runtime.Delete("c", force: true);
            string said = kind == "poststop" ? Warnings[^1] : error?.Message ?? "no error";
            Assert.True(said.Contains("timed out", StringComparison.Ordinal), $"{kind}: {said}");
            Assert.True(Environment.TickCount64 - began < 20_000, kind);
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void APathThatIsNotThereIsNamed()
    {
        foreach (string kind in s_kinds[..5])
        {
            OciSpec spec = Spec("sleep", "30");
            Add(spec, kind, new() { Path = "/no/such/hook" });
            OciException error = Assert.Throws<OciException>(() =>
            {
                Runtime.Create(Request("c", spec));
                Runtime.Start("c");
            });
            Runtime.Delete("c", force: true);
            Assert.Contains("/no/such/hook", error.Message, StringComparison.Ordinal);
            Assert.Contains("No such file", error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void APathThatIsNotThereAfterTheEndIsAWarning()
    {
        OciSpec spec = Spec("true");
        Add(spec, "poststop", new() { Path = "/no/such/hook" });
        RunToTheEnd(spec);
        Assert.Contains(Warnings, warning => warning.Contains("/no/such/hook", StringComparison.Ordinal));
    }

    private static OciHook Failing() => new() { Path = "/bin/sh", Args = ["sh", "-c", "echo what it said >&2; exit 3"] };

    private static void Add(OciSpec spec, string kind, OciHook hook)
    {
        OciHooks hooks = spec.Hooks ??= new();
        List<OciHook> list = kind switch
        {
            "prestart" => hooks.Prestart ??= [],
            "createRuntime" => hooks.CreateRuntime ??= [],
            "createContainer" => hooks.CreateContainer ??= [],
            "startContainer" => hooks.StartContainer ??= [],
            "poststart" => hooks.Poststart ??= [],
            _ => hooks.Poststop ??= [],
        };
        list.Add(hook);
    }

    private int RunToTheEnd(OciSpec spec)
    {
        int pid = Runtime.Create(Request("c", spec)).Pid;
        Runtime.Start("c");
        Runtime.Wait("c");
        Runtime.Delete("c");
        return pid;
    }

    // Where a hook of a kind writes: startContainer's is inside.
    private string Record(string kind) => kind == "startContainer" ? "/tmp/startContainer" : Outside(kind);

    private string Outside(string kind) => Path.Combine(Bundle, "rootfs", "tmp", kind);

    private static string Namespace(string pid, string type) => new FileInfo($"/proc/{pid}/ns/{type}").LinkTarget!;
}
