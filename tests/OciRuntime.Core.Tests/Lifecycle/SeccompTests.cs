using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Seccomp;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Filters as a container meets them.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class SeccompTests : ContainerFixture
{
    private const string ChangeDirectory = "trap 'echo caught' SYS; cd /tmp && echo there";

    // SIGSYS is 31. A shell catches what traps and dies of what kills; without a tracer a call that is to be traced is not implemented (seccomp(2)).
    private static readonly (string Action, string Output, int ExitCode)[] s_actions =
    [
        ("SCMP_ACT_KILL", "", 159),
        ("SCMP_ACT_KILL_THREAD", "", 159),
        ("SCMP_ACT_KILL_PROCESS", "", 159),
        ("SCMP_ACT_TRAP", "caught", 2),
        ("SCMP_ACT_ERRNO", "Timer expired", 2),
        ("SCMP_ACT_TRACE", "Function not implemented", 2),
        ("SCMP_ACT_ALLOW", "there", 0),
        ("SCMP_ACT_LOG", "there", 0),
    ];

    [Fact]
    public void TheContainerSeesTheErrno()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Script("mkdir /tmp/x; echo $?; grep Seccomp: /proc/self/status");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            spec.Linux!.Seccomp = new()
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 62 }],
            };
            Assert.Equal("1\nSeccomp:\t2\nmkdir: can't create directory '/tmp/x': Timer expired\n", Run(spec).Output);
        }
    }

    [Fact]
    public void EveryActionIsTheKernels()
    {
        foreach ((string action, string output, int exitCode) in s_actions)
        {
            OciSpec spec = Script(ChangeDirectory);
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["chdir"], Action = action, ErrnoRet = action == "SCMP_ACT_ERRNO" ? 62u : null }] };
            Check(action, output, exitCode, Run(spec));
        }
    }

    [Fact]
    public void EveryActionIsTheKernelsAsTheDefaultToo()
    {
        List<string> others = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt).Where(name => name != "chdir")];
        foreach ((string action, string output, int exitCode) in s_actions)
        {
            OciSpec spec = Script(ChangeDirectory);
            spec.Linux!.Seccomp = new() { DefaultAction = action, DefaultErrnoRet = action == "SCMP_ACT_ERRNO" ? 62u : null, Syscalls = [new() { Names = others, Action = "SCMP_ACT_ALLOW" }] };
            Check(action, output, exitCode, Run(spec));
        }
    }

    /// <summary>Profiles older than these calls forbid them; without no_new_privs the identity, the directory and the program come after the filter.</summary>
    [Fact]
    public void AProfileWithoutTheNewerCallsRuns()
    {
        foreach (uint errno in (uint[])[1, 38])
        {
            OciSpec spec = Script("pwd; id -u");
            spec.Process!.NoNewPrivileges = false;
            spec.Process.Cwd = "/made/here";
            spec.Process.User = new() { Uid = 1000, Gid = 1000, AdditionalGids = [5] };
            spec.Linux!.Seccomp = new()
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new() { Names = ["openat2", "faccessat2", "close_range", "clone3", "statx"], Action = "SCMP_ACT_ERRNO", ErrnoRet = errno }],
            };
            Assert.Equal("/made/here\n1000\n", Run(spec).Output);
        }
    }

    /// <summary>One thread ends, or all of them do (seccomp(2)).</summary>
    [Fact]
    public void AThreadOrTheProcessIsKilled()
    {
        PayloadProgram.Write("threads", Path.Combine(Bundle, "rootfs", "bin", "threads"));
        foreach ((string action, string output, int exitCode) in (ValueTuple<string, string, int>[])
        [
            ("SCMP_ACT_ALLOW", "the second goes on\nthe first goes on\n", 0),
            ("SCMP_ACT_KILL", "the first goes on\n", 0),
            ("SCMP_ACT_KILL_THREAD", "the first goes on\n", 0),
            ("SCMP_ACT_KILL_PROCESS", "", 159),
        ])
        {
            OciSpec spec = Spec("threads");
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["chdir"], Action = action }] };
            Assert.Equal((action, (output, exitCode)), (action, Run(spec)));
            List<string> others = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt).Where(name => name != "chdir")];
            spec.Process!.Cwd = "/";
            spec.Linux.Seccomp = new() { DefaultAction = action, Syscalls = [new() { Names = others, Action = "SCMP_ACT_ALLOW" }] };
            Assert.Equal((action, (output, exitCode)), (action, Run(spec)));
        }
    }

    /// <summary>The flag has the kernel log what a filter does to calls; what SCMP_ACT_LOG lets through is logged without it.</summary>
    [Fact]
    public void TheKernelLogsWhatItIsToLog()
    {
        if (KernelLog.Missing() is { } missing)
            Assert.Skip(missing);
        using var log = new KernelLog();
        string chdir = SyscallTable.Number(SeccompArch.Native!.Table, "chdir").ToString(CultureInfo.InvariantCulture);
        int silent = 0, flagged = 0, logged = 0;
        // The kernel prints ten records in five seconds (printk_ratelimit), and other tests make them too.
        for (int tries = 0; tries < 5 && !(log.Of(flagged).Any() && log.Of(logged).Any()); tries++)
        {
            silent = Refused("SCMP_ACT_ERRNO");
            flagged = Refused("SCMP_ACT_ERRNO", "SECCOMP_FILTER_FLAG_LOG");
            logged = Refused("SCMP_ACT_LOG");
            SpinWait.SpinUntil(() => log.Of(flagged).Any() && log.Of(logged).Any(), TimeSpan.FromSeconds(5));
        }
        Assert.Equal([chdir + " 0x7ffc0000"], log.Of(logged));
        Assert.Equal([chdir + " 0x50000"], log.Of(flagged));
        Assert.Empty(log.Of(silent));

        int Refused(string action, params string[] flags)
        {
            OciSpec spec = Script("cd /tmp");
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = [.. flags], Syscalls = [new() { Names = ["chdir"], Action = action }] };
            using ContainerProcess process = Runtime.Run(Request("c", spec));
            process.Wait();
            Runtime.Delete("c");
            return process.Pid;
        }
    }

    [Fact]
    public void EveryOperatorIsTheKernels()
    {
        // IOPRIO_CLASS_BE with a priority: what the program is not stopped at.
        const ulong BestEffort = 2 << 13;
        foreach ((string op, ulong value, ulong second, string allowed) in (ValueTuple<string, ulong, ulong, string>[])
        [
            ("SCMP_CMP_NE", BestEffort + 3, 0, "3"),
            ("SCMP_CMP_LT", BestEffort + 3, 0, "3 4"),
            ("SCMP_CMP_LE", BestEffort + 3, 0, "4"),
            ("SCMP_CMP_EQ", BestEffort + 3, 0, "2 4"),
            ("SCMP_CMP_GE", BestEffort + 3, 0, "2"),
            ("SCMP_CMP_GT", BestEffort + 3, 0, "2 3"),
            ("SCMP_CMP_MASKED_EQ", 7, 3, "2 4"),
        ])
        {
            OciSpec spec = Script("for n in 2 3 4; do ionice -c 2 -n $n true 2>/dev/null && echo $n; done; true");
            spec.Linux!.Seccomp = new()
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new() { Names = ["ioprio_set"], Action = "SCMP_ACT_ERRNO", Args = [new() { Index = 2, Op = op, Value = value, ValueTwo = second }] }],
            };
            Assert.Equal((op, allowed), (op, string.Join(' ', Run(spec).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
        }
    }

    // Since that version.
    [Fact, Needs(Kernel = "5.19")]
    public void WaitKillableRecvGoesWithAListener()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        OciSpec spec = Notifying("mkdir /tmp/x");
        spec.Linux!.Seccomp!.Flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];
        Assert.Contains("Timer expired", Run(spec).Output, StringComparison.Ordinal);
        Assert.Single(agent.Await(1));
        spec.Linux.Seccomp.Syscalls![0].Action = "SCMP_ACT_ERRNO";
        Assert.Contains("not permitted", Run(spec).Output, StringComparison.Ordinal);
        Assert.Single(agent.Messages);
    }

    [Fact]
    public void AnAgentAnswersForRunCreateAndExec()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            agent.Messages.Clear();
            OciSpec spec = Notifying("mkdir /tmp/x; ls /proc/self/fd | wc -l; sleep 100");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            Runtime.Create(Request("c", spec, supervised: true));
            // As runc's: whoever creates containers has the listener before it starts them.
            Assert.Single(agent.Await(1));
            Runtime.Start("c");
            OciContainer container = Runtime.Get("c");
            Assert.True(SpinWait.SpinUntil(() => Log("c").Length == 2, TimeSpan.FromSeconds(10)));
            // ls itself has 0 to 2 and the directory.
            Assert.Equal(["4", "mkdir: can't create directory '/tmp/x': Timer expired"], Log("c").Order());
            JsonElement message = agent.Await(1).Single().RootElement;
            Assert.Equal("seccompFd", message.GetProperty("fds")[0].GetString());
            Assert.Equal(container.Pid, message.GetProperty("pid").GetInt32());
            Assert.Equal("some words", message.GetProperty("metadata").GetString());
            Assert.Equal("creating", message.GetProperty("state").GetProperty("status").GetString());
            Assert.Equal(container.Pid, message.GetProperty("state").GetProperty("pid").GetInt32());
            Runtime.Kill("c", 9);
            Runtime.Wait("c");
            Runtime.Delete("c");
        }
    }

    [Fact]
    public void AnExecHasItsOwnListener()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        Runtime.Create(Request("c", Notifying("sleep 100"), supervised: true));
        Runtime.Start("c");
        using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "mkdir /tmp/x 2>&1"], Stdio = StdioMode.Pipe });
        Assert.Equal("mkdir: can't create directory '/tmp/x': Timer expired\n", new StreamReader(process.StandardOutput!).ReadToEnd());
        process.Wait();
        JsonElement message = agent.Await(2)[1].RootElement;
        Assert.Equal(process.Pid, message.GetProperty("pid").GetInt32());
        Assert.Equal("running", message.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal(Runtime.Get("c").Pid, message.GetProperty("state").GetProperty("pid").GetInt32());
        Runtime.Kill("c", 9);
        Runtime.Wait("c");
    }

    [Fact]
    public void WithoutAnAgentNothingRunsAndNothingIsLeft()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Notifying("echo ran > /tmp/ran");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            OciException error = Assert.Throws<OciException>(() => Runtime.Run(Request("c", spec)));
            Assert.Contains("connect to the seccomp agent", error.Message, StringComparison.Ordinal);
            Assert.Empty(Runtime.List());
        }
        Assert.False(File.Exists(Path.Combine(Bundle, "rootfs", "tmp", "ran")));
    }

    /// <summary>An agent that never takes a connection, and one that never answers what the launch itself asks.</summary>
    [Fact]
    public void AnAgentThatDoesNothingHoldsNobodyForEver()
    {
        foreach (bool full in (bool[])[true, false])
        {
            File.Delete(Temporary("agent"));
            using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            agent.Bind(new UnixDomainSocketEndPoint(Temporary("agent")));
            agent.Listen(full ? 0 : 5);
            using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            if (full)
                first.Connect(agent.LocalEndPoint!);
            OciSpec spec = Notifying("true");
            spec.Linux!.Seccomp!.Syscalls = [new() { Names = ["read"], Action = "SCMP_ACT_NOTIFY" }];
            using var source = new CancellationTokenSource();
            CreateRequest request = Request("c", spec); // says which cgroup is looked at
            Task<OciContainer> create = Task.Run(() => Runtime.Create(request, source.Token), CancellationToken.None);
            Assert.True(SpinWait.SpinUntil(() => In(spec.Linux.CgroupsPath!).Any(Filtered), TimeSpan.FromSeconds(10)));
            source.Cancel();
            Assert.Equal(OciErrorCode.Cancelled, Assert.IsType<OciException>(Assert.Throws<AggregateException>(() => create.Wait(TimeSpan.FromSeconds(60))).InnerException).Code);
            Assert.Empty(Runtime.List());
            Assert.Empty(In(spec.Linux.CgroupsPath!));
        }
    }

    /// <summary>The program would get the SIGCHLD of a child that only the launch knows, in the middle of what it does.</summary>
    [Fact]
    public async Task WhoeverSendsTheListenerIsNoChildOfTheProgram()
    {
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(Temporary("agent")));
        agent.Listen(0);
        // With a full queue connect(2) waits, and with it the launch.
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(agent.LocalEndPoint!);
        OciSpec spec = Notifying("sleep 100");
        CreateRequest request = Request("c", spec); // says which cgroup is looked at
        var create = Task.Run(() => Runtime.Create(request));
        string[] filtered = [];
        Assert.True(SpinWait.SpinUntil(() => (filtered = [.. In(spec.Linux!.CgroupsPath!).Where(Filtered)]).Length > 0, TimeSpan.FromSeconds(10)));
        Assert.Equal(filtered, In(spec.Linux!.CgroupsPath!));
        agent.Accept().Dispose();
        using Socket connection = agent.Accept();
        Assert.Equal(ContainerStatus.Created, (await create).State);
    }

    /// <summary>A profile that refuses even exit_group(2), or that kills: the launch fails, at once and with its reason, and nothing is left.</summary>
    [Fact]
    public void AProfileThatForbidsTheStartItselfIsAnErrorAtOnce()
    {
        OciSeccomp[] profiles =
        [
            new() { DefaultAction = "SCMP_ACT_ERRNO" },
            new() { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 38 },
            new() { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 4 },
            new() { DefaultAction = "SCMP_ACT_TRACE" },
            new() { DefaultAction = "SCMP_ACT_KILL" },
            new() { DefaultAction = "SCMP_ACT_KILL_PROCESS" },
            new() { DefaultAction = "SCMP_ACT_TRAP" },
            new() { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [new() { Names = ["execve"], Action = "SCMP_ACT_ALLOW" }] },
            new() { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [new() { Names = ["exit_group"], Action = "SCMP_ACT_ALLOW" }] },
            new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["write", "exit_group", "exit"], Action = "SCMP_ACT_ERRNO" }] },
        ];
        for (int i = 0; i < profiles.Length; i++)
            foreach (bool noNewPrivileges in (bool[])[true, false])
                foreach (bool supervised in (bool[])[true, false])
                    foreach (bool pid in (bool[])[true, false])
                    {
                        OciSpec spec = Spec("true");
                        spec.Process!.NoNewPrivileges = noNewPrivileges;
                        spec.Linux!.Seccomp = profiles[i];
                        if (!pid)
                            spec.Linux.Namespaces!.RemoveAll(item => item.Type == "pid");
                        long began = Environment.TickCount64;
                        OciException error = Assert.Throws<OciException>(() => Runtime.Run(Request("c", spec, supervised)));
                        CheckForbidden($"{i} {noNewPrivileges} {supervised} {pid}", error, began);
                        Assert.Empty(Runtime.List());
                        if (!supervised)
                            continue;
                        // The profile is loaded before the container is made, or when it is started.
                        began = Environment.TickCount64;
                        error = Assert.Throws<OciException>(() =>
                        {
                            Runtime.Create(Request("c", spec, supervised));
                            Runtime.Start("c");
                        });
                        CheckForbidden($"{i} {noNewPrivileges} {pid}", error, began);
                        foreach (OciContainer container in Runtime.List())
                        {
                            Runtime.Wait(container.Id);
                            Runtime.Delete(container.Id);
                        }
                    }
    }

    [Fact]
    public void AProfileThatForbidsTheStartOfAnExecIsAnErrorAtOnce()
    {
        foreach ((string action, string forbidden) in (ValueTuple<string, string>[])[("SCMP_ACT_ERRNO", "setresgid"), ("SCMP_ACT_KILL", "capset"), ("SCMP_ACT_TRAP", "setresuid")])
        {
            OciSpec spec = Spec("sleep", "100");
            // With them nothing of the start comes after the profile but the program.
            spec.Process!.NoNewPrivileges = true;
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = [forbidden, "exit_group", "exit"], Action = action }] };
            Runtime.Create(Request("c", spec));
            Runtime.Start("c");
            long began = Environment.TickCount64;
            OciException error = Assert.Throws<OciException>(() => Runtime.Exec(new() { Id = "c", Args = ["true"], NoNewPrivileges = false }));
            CheckForbidden(forbidden, error, began);
            Assert.Single(Runtime.Processes("c"));
            Runtime.Delete("c", force: true);
        }
    }

    private static void CheckForbidden(string name, OciException error, long began)
    {
        Assert.True(error.Hint?.Contains("noNewPrivileges", StringComparison.Ordinal) == true && (error.Message + error.Hint).Contains("seccomp profile may forbid", StringComparison.Ordinal), $"{name}: {error.Message} {error.Hint}");
        if (error.Code == OciErrorCode.HelperDied)
            Assert.Equal((name, "/linux/seccomp"), (name, error.SpecPointer));
        Assert.True(Environment.TickCount64 - began < 5_000, name);
    }

    /// <summary>A container and its execs use what another container of the same profile left; seen by another program in its place.</summary>
    [Fact]
    public void ACompiledProfileIsKeptForTheNext()
    {
        Assert.Contains("Timer expired", Run(Refusing(62, "mkdir /tmp/x")).Output, StringComparison.Ordinal);
        Assert.Empty(Runtime.List());
        string file = Assert.Single(Directory.GetFiles(Path.Combine(Root, SeccompCache.DirectoryName)));
        SeccompCacheTests.Exchange(file, SeccompCompiler.Compile(Refusing(16, "true").Linux!.Seccomp!).Filter.Span);
        Runtime.Create(Request("c", Refusing(62, "mkdir /tmp/x; sleep 100"), supervised: true));
        Runtime.Start("c");
        Assert.True(SpinWait.SpinUntil(() => Log("c").Length == 1, TimeSpan.FromSeconds(10)));
        Assert.Contains("resource busy", Log("c")[0], StringComparison.Ordinal);
        using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "mkdir /tmp/x 2>&1"], Stdio = StdioMode.Pipe });
        Assert.Contains("resource busy", new StreamReader(process.StandardOutput!).ReadToEnd(), StringComparison.Ordinal);
        process.Wait();
        Runtime.Delete("c", force: true);
        File.Delete(file);
        Assert.Contains("Timer expired", Run(Refusing(62, "mkdir /tmp/x")).Output, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));

        OciSpec Refusing(uint errno, string script)
        {
            OciSpec spec = Script(script);
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = errno }] };
            return spec;
        }
    }

    private static void Check(string action, string output, int exitCode, (string Output, int? ExitCode) run)
    {
        Assert.Equal((action, exitCode == 0, exitCode == 159), (action, run.ExitCode == 0, run.ExitCode == 159));
        Assert.True(output.Length == 0 ? run.Output.Length == 0 : run.Output.Contains(output, StringComparison.Ordinal), $"{action}: {run}");
    }

    // The processes of a cgroup.
    private static string[] In(string cgroup) =>
        [.. Directory.GetDirectories("/proc").Where(process => char.IsAsciiDigit(process[6]) && TextFile.TryReadOnce(process + "/cgroup")?.Contains(cgroup + "\n", StringComparison.Ordinal) == true)];

    private static bool Filtered(string process) => TextFile.TryReadOnce(process + "/status")?.Contains("Seccomp:\t2", StringComparison.Ordinal) == true;

    private string[] Log(string id) => [.. Core.Observe.ContainerLog.Read(Runtime, id).Select(record => record.Line)];

    private OciSpec Notifying(string script)
    {
        OciSpec spec = Script(script);
        spec.Linux!.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = Temporary("agent"),
            ListenerMetadata = "some words",
            Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_NOTIFY" }],
        };
        return spec;
    }
}
