using System.Diagnostics;
using System.Net.Sockets;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Real containers through the public API.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class LifecycleTests : ContainerFixture
{
    [Fact]
    public void RunReturnsOutputAndExitCode() => Assert.Equal(("hello\n", 7), Run(Script("echo hello; exit 7")));

    [Fact]
    public void ASignalIs128AndItsNumber()
    {
        OciSpec spec = Script("kill -TERM $$; sleep 0.1");
        Assert.Equal(("", 0), Run(spec, "ignores")); // the init of a pid namespace, pid_namespaces(7)
        spec.Linux!.Namespaces!.RemoveAll(item => item.Type == "pid");
        using ContainerProcess process = Runtime.Run(Request("ends", spec));
        ExitRecord exit = process.Wait();
        Assert.Equal((143, 15), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public void StatesFollowTheLifecycle()
    {
        OciContainer created = Runtime.Create(Request("c", Spec("sleep", "30")));
        Assert.Equal(ContainerStatus.Created, created.State);
        Assert.Equal(ContainerStatus.Created, Runtime.Get("c").State);
        Assert.Equal(ContainerStatus.Running, Runtime.Start("c").State);
        Runtime.Pause("c");
        Assert.Equal(ContainerStatus.Paused, Runtime.Get("c").State);
        Runtime.Resume("c");
        Assert.Equal(ContainerStatus.Running, Runtime.Get("c").State);
        Runtime.Kill("c", 9);
        ExitRecord exit = Runtime.Wait("c")!;
        Assert.Equal((137, 9), (exit.ExitCode, exit.Signal));
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").State);
        Runtime.Delete("c");
        Assert.Equal(OciErrorCode.ContainerNotFound, Assert.Throws<OciException>(() => Runtime.Get("c")).Code);
    }

    [Fact]
    public void ASupervisedContainerKeepsItsLogAndExitCode()
    {
        Runtime.Create(Request("c", Script("echo out; echo err >&2; printf part; exit 4"), supervised: true));
        Runtime.Start("c");
        ExitRecord exit = Runtime.Wait("c")!;
        Assert.Equal(4, exit.ExitCode);
        Assert.NotNull(exit.ExitedAt);
        var later = new ContainerRuntime(new RuntimeOptions { Root = Root });
        Assert.Equal(4, later.Get("c").ExitCode);
        string[] lines = [.. ContainerLog.Read(later, "c").Select(record => record.Stream + " " + record.Line).Order()];
        Assert.Equal(["stderr err", "stdout out", "stdout part"], lines);
        Assert.Equal("part", Assert.Single(ContainerLog.Read(later, "c", new LogSpan { Tail = 1 }).Where(r => r.Stream == "stdout").DefaultIfEmpty(new() { Id = "", Stream = "", Time = default, Line = "part" })).Line);
    }

    [Fact]
    public void FollowingALogEndsWithTheContainer()
    {
        Runtime.Create(Request("c", Script("for i in 1 2 3; do echo $i; sleep 0.1; done"), supervised: true));
        Runtime.Start("c");
        Assert.Equal(["1", "2", "3"], ContainerLog.Read(Runtime, "c", new LogSpan { Follow = true }).Select(record => record.Line));
    }

    [Fact]
    public void InsideOnlyStdioIsOpen()
    {
        // The fourth is the directory that ls reads.
        Assert.Equal("0\n1\n2\n3\n", Run(Spec("ls", "/proc/self/fd")).Output);
    }

    [Fact]
    public void TheHelperRunsFromASealedMemfd()
    {
        OciContainer container = Runtime.Create(Request("c", Spec("true")));
        string exe = $"/proc/{container.Pid}/exe";
        Assert.Contains("memfd:oci-init", File.ResolveLinkTarget(exe, false)!.FullName, StringComparison.Ordinal);
        using FileStream file = File.OpenRead(exe);
        int seals = Interop.Libc.fcntl((int)file.SafeFileHandle.DangerousGetHandle(), Interop.Libc.F_GET_SEALS, 0);
        const int Wanted = Interop.Libc.F_SEAL_SEAL | Interop.Libc.F_SEAL_SHRINK | Interop.Libc.F_SEAL_GROW | Interop.Libc.F_SEAL_WRITE;
        Assert.Equal(Wanted, seals & Wanted);
        Assert.InRange(file.Length, 1, 200 * 1024);
    }

    [Fact]
    public void ExecRunsInTheContainer()
    {
        Runtime.Create(Request("c", Spec("sleep", "30")));
        Runtime.Start("c");
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sh", "-c", "hostname; cat; exit 5"], Stdio = StdioMode.Pipe });
        process.StandardInput!.Write("in\n"u8);
        process.StandardInput.Dispose();
        Assert.Equal("runc\nin\n", new StreamReader(process.StandardOutput!).ReadToEnd());
        Assert.Equal(5, process.Wait().ExitCode);
    }

    /// <summary>As runc's: the terminal of whoever looks at it adds the carriage return.</summary>
    [Fact]
    public void ATerminalsNewlinesHaveNoCarriageReturn()
    {
        Runtime.Create(Request("c", Spec("sleep", "1000")));
        Runtime.Start("c");
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sh", "-c", "echo one; echo two"], Terminal = true, Stdio = StdioMode.Pipe });
        string output = ReadTerminal(process);
        process.Wait();
        Assert.Equal("one\ntwo\n", output);
    }

    [Fact]
    public void ExecWithATerminalHasOne()
    {
        Runtime.Create(Request("c", Spec("sleep", "30")));
        Runtime.Start("c");
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sh", "-c", "tty; stty size"], Terminal = true, Stdio = StdioMode.Pipe });
        Assert.NotNull(process.Terminal);
        string output = ReadTerminal(process);
        Assert.Contains("/dev/pts/", output, StringComparison.Ordinal);
        Assert.Equal(0, process.Wait().ExitCode);
    }

    [Fact]
    public void ExecInAStoppedOrPausedContainerIsRefused()
    {
        Runtime.Create(Request("c", Spec("sleep", "30")));
        Runtime.Start("c");
        Runtime.Pause("c");
        OciException paused = Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "c", Args = ["true"] }));
        Assert.Equal("container c is paused: another process in it would not run", paused.Message);
        Runtime.Resume("c");
        Runtime.Kill("c", 9);
        Runtime.Wait("c");
        Assert.Equal("container c has stopped: no process can be added to it", Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "c", Args = ["true"] })).Message);
    }

    [Fact]
    public void TheConsoleSocketGetsTheMaster()
    {
        string path = Temporary("console.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        OciSpec spec = Script("tty");
        spec.Process!.Terminal = true;
        CreateRequest request = Request("c", spec);
        Runtime.Create(new CreateRequest { Id = "c", Bundle = Bundle, Spec = request.Spec, ConsoleSocket = path, Stdio = StdioMode.Null });
        using Socket connection = listener.Accept();
        byte[] name = new byte[64];
        Assert.InRange(connection.Receive(name), 1, 4095);
        Runtime.Start("c");
        Runtime.Wait("c");
    }

    [Fact]
    public void ThePidFileHasDigitsOnly()
    {
        string file = Temporary("pid");
        CreateRequest request = Request("c", Spec("true"));
        OciContainer container = Runtime.Create(new CreateRequest { Id = "c", Bundle = Bundle, Spec = request.Spec, PidFile = file, Stdio = StdioMode.Null });
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(file));
    }

    [Fact]
    public void AMemoryLimitIsSeenInside()
    {
        OciSpec spec = Script("cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max");
        spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        Assert.Equal("67108864\n", Run(spec).Output);
    }

    [Fact]
    public void MaskedAndReadonlyPathsHold()
    {
        (string output, _) = Run(Script("cat /proc/kcore | wc -c; ls /sys/firmware | wc -l; echo x > /proc/sys/kernel/hostname; echo x > /sys/x"));
        string[] lines = output.Split('\n');
        Assert.Equal(["0", "0"], lines[..2]);
        Assert.Equal(2, lines.Count(line => line.Contains("Read-only", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void TheNetworkHasLoopbackUp() => Assert.Contains("LOOPBACK,UP", Run(Spec("ip", "link", "show", "lo")).Output, StringComparison.Ordinal);

    [Fact]
    public void UserGroupsUmaskAndRlimitAreThoseOfTheSpec()
    {
        OciSpec spec = Script("id -u; id -g; id -G; umask; ulimit -n; grep NoNewPrivs /proc/self/status");
        spec.Process!.User = new() { Uid = 1000, Gid = 1001, AdditionalGids = [5, 6], Umask = 0x3f };
        spec.Process.Rlimits = [new() { Type = "RLIMIT_NOFILE", Soft = 100, Hard = 200 }];
        Assert.Equal("1000\n1001\n1001 5 6\n0077\n100\nNoNewPrivs:\t1\n", Run(spec).Output);
    }

    [Fact]
    public void ASeccompProfileHolds()
    {
        OciSpec spec = Script("mkdir /tmp/x");
        spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 13 }] };
        Assert.Contains("Permission denied", Run(spec).Output, StringComparison.Ordinal);
        spec.Process!.NoNewPrivileges = false;
        Assert.Contains("Permission denied", Run(spec).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void HooksOfAllKindsRunInOrder()
    {
        string record = Path.Combine(Bundle, "rootfs", "tmp", "hooks");
        string outside = Temporary("hooks");
        OciSpec spec = Script("echo process >> /tmp/hooks");
        static OciHook Hook(string name, string file) => new() { Path = "/bin/sh", Args = ["sh", "-c", $"read state; case $state in *'\"id\":'*) echo {name} >> {file};; esac"] };
        spec.Hooks = new()
        {
            Prestart = [Hook("prestart", record)],
            CreateRuntime = [Hook("createRuntime", record)],
            CreateContainer = [Hook("createContainer", record)],
            StartContainer = [Hook("startContainer", "/tmp/hooks")],
            Poststart = [Hook("poststart", outside)],
            Poststop = [Hook("poststop", outside)],
        };
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Runtime.Wait("c");
        Runtime.Delete("c");
        Assert.Equal(["prestart", "createRuntime", "createContainer", "startContainer", "process"], File.ReadAllLines(record));
        Assert.Equal(["poststart", "poststop"], File.ReadAllLines(outside));
    }

    [Fact]
    public void AHookThatFailsOrHangsFailsTheCreate()
    {
        OciSpec spec = Spec("true");
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", "echo no luck >&2; exit 3"] }] };
        OciException failed = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal(OciErrorCode.HookFailed, failed.Code);
        Assert.Contains("no luck", failed.Message, StringComparison.Ordinal);
        spec.Hooks = new() { CreateContainer = [new() { Path = "/bin/sh", Args = ["sh", "-c", "sleep 60"], Timeout = 1 }] };
        OciException late = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal(OciErrorCode.HookFailed, late.Code);
        Assert.Contains("timed out", late.Message, StringComparison.Ordinal);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void ADuplicateIdIsRefusedAndTheFirstGoesOn()
    {
        Runtime.Create(Request("c", Spec("true")));
        Assert.Equal(OciErrorCode.ContainerAlreadyExists, Assert.Throws<OciException>(() => Runtime.Create(Request("c", Spec("true")))).Code);
        Assert.Equal(ContainerStatus.Created, Runtime.Get("c").State);
    }

    [Fact]
    public void ARunningContainerIsOnlyDeletedByForce()
    {
        Runtime.Create(Request("c", Spec("sleep", "30")));
        Runtime.Start("c");
        Assert.Equal("container c is running: stop it first, or remove it by force", Assert.Throws<OciException>(() => Runtime.Delete("c")).Message);
        Runtime.Delete("c", force: true);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void ADirectoryWithoutStateIsBrokenAndOnlyForceClearsIt()
    {
        Directory.CreateDirectory(Path.Combine(Root, "half"));
        Assert.Equal(ContainerStatus.Broken, Assert.Single(Runtime.List()).State);
        Assert.Equal(OciErrorCode.ContainerBroken, Assert.Throws<OciException>(() => Runtime.Delete("half")).Code);
        Runtime.Delete("half", force: true);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void TwoHundredContainersTenAtATime()
    {
        var codes = new int?[200];
        Parallel.For(0, codes.Length, new ParallelOptions { MaxDegreeOfParallelism = 10 }, i =>
        {
            using ContainerProcess process = Runtime.Run(Request($"c{i}", Script($"exit {i % 100}")));
            codes[i] = process.Wait().ExitCode;
            Runtime.Delete($"c{i}");
        });
        Assert.Equal(Enumerable.Range(0, codes.Length).Select(i => (int?)(i % 100)), codes);
    }

    /// <summary>What is let go of is still this process's child: init could not end before it is reaped.</summary>
    [Fact]
    public void AnExecThatNobodyWaitsForIsReaped()
    {
        Runtime.Create(Request("c", Spec("sleep", "100")));
        Runtime.Start("c");
        int pid;
        using (ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sleep", "0.3"], Stdio = StdioMode.Null }))
            pid = process.Pid;
        Assert.False(ProcessStat.Read(pid)!.Value.IsDead);
        Assert.True(SpinWait.SpinUntil(() => ProcessStat.Read(pid) is null, TimeSpan.FromSeconds(10)));
        Runtime.Exec(new ExecRequest { Id = "c", Args = ["sleep", "100"], Stdio = StdioMode.Null }).Dispose();
        Runtime.Kill("c", 9);
        Assert.Equal(137, Runtime.Wait("c", TimeSpan.FromSeconds(10))?.ExitCode);
    }

    private static string ReadTerminal(ContainerProcess process)
    {
        using var stream = new FileStream(process.Terminal!, FileAccess.Read, 0);
        var text = new System.Text.StringBuilder();
        byte[] buffer = new byte[1024];
        try
        {
            int got;
            while ((got = stream.Read(buffer)) > 0)
                text.Append(System.Text.Encoding.UTF8.GetString(buffer, 0, got));
        }
        catch (IOException)
        {
            // EIO: the last slave is closed.
        }

        return text.ToString();
    }
}
