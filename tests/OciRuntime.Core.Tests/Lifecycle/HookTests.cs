using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>What a hook of each kind gets, where it runs, and what its failure does (runtime-spec, runtime.md and config.md).</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class HookTests : ContainerFixture
{
    private static readonly string[] s_kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Fact]
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
            // In the container it is the first process of a pid namespace.
            int? seen = kind switch { "createContainer" or "startContainer" => 1, "poststop" => null, _ => pid };
            Assert.Equal((kind, seen), (kind, state.TryGetProperty("pid", out JsonElement number) ? number.GetInt32() : null));
        }
    }

    /// <summary>runtime-spec, runtime.md, State: of hooks in the container it is the pid there.</summary>
    [Fact]
    public void ThePidInTheContainerIsThatOfItsPidNamespace()
    {
        Runtime.Create(Request("holder", Spec("sleep", "100")));
        Runtime.Start("holder");
        foreach (string? path in (string?[])[null, $"/proc/{Runtime.Get("holder").Pid}/ns/pid"])
        {
            OciSpec spec = Spec("sleep", "100");
            spec.Linux!.Namespaces!.RemoveAll(item => item.Type == "pid");
            if (path is not null)
                spec.Linux.Namespaces.Add(new() { Type = "pid", Path = path });
            foreach (string kind in (string[])["createRuntime", "createContainer", "startContainer"])
                Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"cat > {Record(kind)}"], Env = ["PATH=/bin:/usr/bin"] });
            Runtime.Create(Request("c", spec));
            Runtime.Start("c");
            int pid = Runtime.Get("c").Pid, inside = ProcessStat.InnermostPid(pid);
            Assert.Equal(path is null, pid == inside);
            foreach (string kind in (string[])["createRuntime", "createContainer", "startContainer"])
            {
                int seen = JsonDocument.Parse(File.ReadAllText(Outside(kind))).RootElement.GetProperty("pid").GetInt32();
                Assert.Equal((path, kind, kind == "createRuntime" ? pid : inside), (path, kind, seen));
            }
            Runtime.Delete("c", force: true);
        }
    }

    /// <summary>Those of the runtime's namespaces have its umask and the bundle; createContainer's the root, startContainer's what the process has.</summary>
    [Fact]
    public void EachHasItsDirectoryAndItsUmask()
    {
        OciSpec spec = Spec("true");
        (spec.Process!.Cwd, spec.Process.User!.Umask) = ("/tmp/work", 0x37);
        foreach (string kind in s_kinds)
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"{{ pwd -P; umask; }} > {Record(kind)}; stat -c %a {Record(kind)} >> {Record(kind)}"], Env = ["PATH=/bin:/usr/bin"] });
        int before = Security.AttackFixture.umask(0x17);
        try
        {
            RunToTheEnd(spec);
        }
        finally
        {
            Security.AttackFixture.umask(before);
        }
        foreach (string kind in s_kinds)
        {
            string directory = kind switch { "createContainer" => Path.Combine(Bundle, "rootfs"), "startContainer" => "/tmp/work", _ => Bundle };
            (string umask, string mode) = kind == "startContainer" ? ("0067", "600") : ("0027", "640");
            Assert.Equal([kind, directory, umask, mode], [kind, .. File.ReadAllLines(Outside(kind))]);
        }
    }

    [Fact]
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

    /// <summary>As in runc: the process's filter holds for what runs inside before it, also when it is loaded as late as possible.</summary>
    [Fact]
    public void StartContainerHooksRunUnderTheSeccompFilter()
    {
        foreach (bool late in (bool[])[false, true])
        {
            OciSpec spec = Spec("true");
            spec.Process!.NoNewPrivileges = late;
            // The profile of the engines says that there is no clone3(2), which makes a hook's process.
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 38 }] };
            Add(spec, "startContainer", new() { Path = "/bin/sh", Args = ["sh", "-c", $"grep Seccomp: /proc/self/status > {Record("startContainer")}"], Env = ["PATH=/bin:/usr/bin"] });
            RunToTheEnd(spec);
            Assert.Equal((late, "Seccomp:\t2\n"), (late, File.ReadAllText(Outside("startContainer"))));
        }
    }

    [Fact]
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

    [Fact]
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

    [Fact]
    public void AFailureOfStartContainerFailsTheStartBeforeTheProcess()
    {
        OciSpec spec = Script("echo ran > /tmp/ran");
        Add(spec, "startContainer", Failing());
        Runtime.Create(Request("c", spec));
        OciException error = Assert.Throws<OciException>(() => Runtime.Start("c"));
        Assert.Equal((OciErrorCode.HookFailed, "/hooks/startContainer/0"), (error.Code, error.SpecPointer));
        Runtime.Wait("c");
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").State);
        Assert.False(File.Exists(Path.Combine(Bundle, "rootfs", "tmp", "ran")));
    }

    [Fact]
    public void AFailureOfPoststartStopsTheContainer()
    {
        OciSpec spec = Spec("sleep", "30");
        Add(spec, "poststart", Failing());
        Add(spec, "poststop", new() { Path = "/bin/sh", Args = ["sh", "-c", $"cat > {Temporary("poststop")}"] });
        int pid = Runtime.Create(Request("c", spec)).Pid;
        OciException error = Assert.Throws<OciException>(() => Runtime.Start("c"));
        Assert.Equal((OciErrorCode.HookFailed, "/hooks/poststart/0"), (error.Code, error.SpecPointer));
        // runtime.md, "Lifecycle": it goes on with the destruction of the container.
        Assert.Empty(Runtime.List());
        Assert.False(Directory.Exists($"/proc/{pid}"));
        Assert.Contains("\"stopped\"", File.ReadAllText(Temporary("poststop")), StringComparison.Ordinal);
    }

    /// <summary>As runc and crun: the runtime's outside, the process's inside. An empty list is an empty environment.</summary>
    [Fact]
    public void OneWithoutAnEnvironmentHasThatOfTheRuntimeOrOfTheProcess()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Process!.Env = ["PATH=/bin:/usr/bin", "OF=process"];
        foreach (string kind in s_kinds)
        {
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"env > {Record(kind)}"] });
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"/bin/busybox env > {Record(kind)}.none"], Env = [] });
        }
        string variable = "OCI_TEST_" + Guid.NewGuid().ToString("n");
        Environment.SetEnvironmentVariable(variable, "runtime");
        try
        {
            Runtime.Create(Request("c", spec));
            Runtime.Start("c");
            Runtime.Delete("c", force: true);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
        foreach (string kind in s_kinds)
        {
            string[] seen = File.ReadAllLines(Outside(kind)), none = File.ReadAllLines(Outside(kind) + ".none");
            bool inside = kind.EndsWith("Container", StringComparison.Ordinal);
            Assert.Equal((kind, inside, !inside), (kind, seen.Contains("OF=process"), seen.Contains(variable + "=runtime")));
            Assert.True(!inside || seen.Contains("HOME=/root"), kind);
            Assert.DoesNotContain(none, line => line.StartsWith("OF=", StringComparison.Ordinal) || line.StartsWith(variable, StringComparison.Ordinal));
        }
    }

    /// <summary>A daemon that a hook starts lives on when it prints, however much: nobody reads it, but nobody ends it either.</summary>
    [Fact]
    public void WhatAHookLeavesBehindIsNotEndedByItsOutput()
    {
        OciSpec spec = Spec("sleep", "100");
        string[] kinds = s_kinds[..5];
        foreach (string kind in kinds)
        {
            // The root of one that createContainer leaves behind becomes the container's; its directory is that already.
            string file = kind == "createContainer" ? "tmp/createContainer" : Record(kind);
            string left = $"while [ ! -e {file}.go ]; do /bin/busybox sleep 0.02; done; echo late; /bin/busybox head -c 300000 /dev/zero; echo late; echo alive > {file}.alive";
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo $$ > {file}.group; ({left}) & echo early"], Env = ["PATH=/bin:/usr/bin"] });
        }
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        try
        {
            foreach (string kind in kinds)
            {
                File.WriteAllText(Outside(kind) + ".go", "");
                Assert.True(SpinWait.SpinUntil(() => File.Exists(Outside(kind) + ".alive"), TimeSpan.FromSeconds(20)), kind);
            }
        }
        catch
        {
            // Those of hooks that run outside end with nothing else; a hook leads a group.
            foreach (string kind in kinds.Where(kind => !kind.EndsWith("Container", StringComparison.Ordinal) && !File.Exists(Outside(kind) + ".alive")))
                _ = Libc.kill(-int.Parse(File.ReadAllText(Outside(kind) + ".group"), CultureInfo.InvariantCulture), Libc.SIGKILL);
            throw;
        }
    }

    [Fact]
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

    /// <summary>Each is killed after its timeout. What a hook has started ends with it; and no signal of the container's session reaches one in the container.</summary>
    [Fact]
    public void TheDeadlineEndsWhatAHookHasStartedToo()
    {
        foreach (string kind in s_kinds)
        {
            string nap = $"1{Environment.ProcessId}{Array.IndexOf(s_kinds, kind)}";
            OciSpec spec = Spec("sleep", "30");
            // In a pid namespace they would end with its init.
            spec.Linux!.Namespaces!.RemoveAll(static item => item.Type == "pid");
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"cut -d ' ' -f 1,6 /proc/self/stat > {Record(kind)}; echo $$ >> {Record(kind)}; sleep {nap} & sleep {nap}; true"], Env = ["PATH=/bin:/usr/bin"], Timeout = 1 });
            Exception? error = Xunit.Record.Exception(() =>
            {
                Runtime.Create(Request("c", spec));
                Runtime.Start("c");
            });
            if (kind == "startContainer")
                AssertNoneOf(nap); // the deletion would end them with the cgroup
            Runtime.Delete("c", force: true);
            AssertNoneOf(nap);
            string said = kind == "poststop" ? Warnings[^1] : error?.Message ?? "no error";
            Assert.True(said.Contains("timed out", StringComparison.Ordinal), $"{kind}: {said}");
            string[] lines = File.ReadAllLines(Outside(kind));
            if (kind.EndsWith("Container", StringComparison.Ordinal))
                Assert.Equal((kind, lines[1]), (kind, lines[0].Split(' ')[1]));
        }

        // Killed they may be, but not gone yet.
        static void AssertNoneOf(string nap) =>
            Assert.True(SpinWait.SpinUntil(() => !Directory.EnumerateDirectories("/proc").Any(process => CommandLine(process) == $"sleep\0{nap}\0"), 20_000), "a child of the hook runs on");

        static string? CommandLine(string process)
        {
            try
            {
                return char.IsAsciiDigit(Path.GetFileName(process)[0]) ? File.ReadAllText(process + "/cmdline") : null;
            }
            catch (IOException)
            {
                return null; // it has ended
            }
        }
    }

    [Fact]
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

    [Fact]
    public void APathThatIsNotThereAfterTheEndIsAWarning()
    {
        OciSpec spec = Spec("true");
        Add(spec, "poststop", new() { Path = "/no/such/hook" });
        RunToTheEnd(spec);
        Assert.Contains(Warnings, warning => warning.Contains("/no/such/hook", StringComparison.Ordinal));
    }

    /// <summary>crun's annotations: output is added to files, which a relative path names from the bundle; an error has only what stays.</summary>
    [Fact]
    public void OutputIsAddedToTheFilesOfAnnotations()
    {
        OciSpec spec = Spec("true");
        spec.Annotations = new() { ["run.oci.hooks.stdout"] = "hooks.out", ["run.oci.hooks.stderr"] = Temporary("hooks.err") };
        string stdout = Path.Combine(Bundle, "hooks.out");
        File.WriteAllText(stdout, "before\n");
        foreach (string kind in s_kinds)
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo {kind}; echo not {kind} >&2"], Env = ["PATH=/bin:/usr/bin"] });
        RunToTheEnd(spec);
        Assert.Equal(["before", .. s_kinds], File.ReadAllLines(stdout));
        Assert.Equal(s_kinds.Select(kind => "not " + kind), File.ReadAllLines(Temporary("hooks.err")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Temporary("hooks.err")));
        Assert.Empty(Warnings);
    }

    [Fact]
    public void WhyAHookFailedIsSaidWithoutWhatWentToAFile()
    {
        foreach (string kind in s_kinds[..5])
        {
            OciSpec spec = Spec("sleep", "30");
            spec.Annotations = new() { ["run.oci.hooks.stdout"] = Temporary("hooks.out") };
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", "echo kept; echo said >&2; exit 3"], Env = ["PATH=/bin:/usr/bin"] });
            Assert.EndsWith("exit status 3: said", ErrorOf(spec).Message, StringComparison.Ordinal);
            spec.Annotations["run.oci.hooks.stderr"] = Temporary("hooks.err");
            Assert.EndsWith("exit status 3", ErrorOf(spec).Message, StringComparison.Ordinal);
            spec.Hooks = null;
            Add(spec, kind, new() { Path = "/no/such/hook" });
            Assert.Contains("No such file", ErrorOf(spec).Message, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Equal(Enumerable.Repeat("kept", 10), File.ReadAllLines(Temporary("hooks.out")));
    }

    [Fact]
    public void AFileThatCannotTakeOutputFailsTheLaunchButNotTheDeletion()
    {
        string fifo = Temporary("fifo");
        Machine.Run("mkfifo", fifo);
        foreach (string kind in s_kinds[..5])
        {
            OciSpec spec = Spec("sleep", "30");
            spec.Annotations = new() { ["run.oci.hooks.stderr"] = fifo };
            Add(spec, kind, new() { Path = "/bin/sh", Args = ["sh", "-c", "true"] });
            OciException error = ErrorOf(spec);
            Assert.Equal((kind, Errno.ENXIO, fifo), (kind, error.Errno, error.Object));
            Assert.Empty(Runtime.List());
        }
        OciSpec ends = Spec("true");
        ends.Annotations = new() { ["run.oci.hooks.stdout"] = fifo };
        Add(ends, "poststop", new() { Path = "/bin/sh", Args = ["sh", "-c", $"echo > {Temporary("ran")}"] });
        RunToTheEnd(ends);
        Assert.True(File.Exists(Temporary("ran")));
        Assert.Contains(fifo, Assert.Single(Warnings), StringComparison.Ordinal);
    }

    private OciException ErrorOf(OciSpec spec)
    {
        OciException error = Assert.Throws<OciException>(() =>
        {
            Runtime.Create(Request("c", spec));
            Runtime.Start("c");
        });
        Runtime.Delete("c", force: true);
        return error;
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
