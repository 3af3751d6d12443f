using System.Globalization;
using System.Text.RegularExpressions;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Properties of process, as the process or the kernel sees them.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class ProcessTests : ContainerFixture
{
    [Fact]
    public void ArgumentsEnvironmentAndDirectoryAreThoseOfTheSpec()
    {
        OciSpec spec = Spec("/bin/sh", "-c", "echo \"$0|$1|$A|$B\"; pwd", "zero", "with blank");
        spec.Process!.Env!.AddRange(["A=a=a", "B="]);
        spec.Process.Cwd = "/made/on/demand";
        Assert.Equal("zero|with blank|a=a|\n/made/on/demand\n", Run(spec).Output);
    }

    [Fact]
    public void OnlyTheSpecsEnvironmentIsThere()
    {
        OciSpec spec = Spec("/bin/env");
        spec.Process!.Env = ["ONLY=this"];
        Assert.Equal("ONLY=this\nHOME=/root\n", Run(spec).Output);
    }

    /// <summary>The kernel's limit is 65,536 (NGROUPS_MAX), that of a C library may be smaller.</summary>
    [Fact]
    public void ThousandsOfAdditionalGroupsAreSet()
    {
        OciSpec spec = Script("grep ^Groups: /proc/self/status | wc -w");
        spec.Process!.User = new() { Uid = 1, Gid = 1, AdditionalGids = [.. Enumerable.Range(10, 5_000).Select(static id => (uint)id)] };
        Assert.Equal("5001\n", Run(spec).Output);
    }

    [Fact]
    public void FiveThousandMountsAndManyHooksAreALaunch()
    {
        OciSpec spec = Script("grep -c ' /many/' /proc/mounts");
        string volume = Temporary("many");
        Directory.CreateDirectory(volume);
        File.WriteAllText(Path.Combine(volume, "file"), "");
        for (int i = 0; i < 5_000; i++)
            spec.Mounts!.Add(new() { Destination = $"/many/{i % 100}", Source = Path.Combine(volume, "file"), Type = "bind", Options = ["bind"] });
        spec.Hooks = new() { StartContainer = [.. Enumerable.Range(0, 130).Select(static _ => new OciHook { Path = "/bin/true", Args = ["true"] })] };
        Assert.Equal("5000\n", Run(spec).Output);
    }

    [Fact]
    public void ATerminalHasTheSizeOfTheSpec()
    {
        OciSpec spec = Script("stty size; tty");
        spec.Process!.Terminal = true;
        spec.Process.ConsoleSize = new() { Height = 33, Width = 77 };
        Runtime.Create(Request("c", spec, supervised: true));
        Runtime.Start("c");
        Runtime.Wait("c");
        Assert.Equal(["33 77", "/dev/pts/0"], ContainerLog.Read(Runtime, "c").Select(record => record.Line.TrimEnd('\r')));
        spec.Process.Terminal = false;
        Assert.Contains("not a tty", Run(spec, "plain").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CapabilitiesOfAUserAreTheAmbientOnes()
    {
        OciSpec spec = Script("grep ^Cap /proc/self/status");
        spec.Process!.User = new() { Uid = 1000, Gid = 1000 };
        spec.Process.Capabilities = new()
        {
            Bounding = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"],
            Permitted = ["CAP_CHOWN", "CAP_KILL"],
            Effective = ["CAP_CHOWN", "CAP_KILL"],
            Inheritable = ["CAP_KILL", "CAP_NET_RAW"],
            Ambient = ["CAP_KILL", "CAP_NET_RAW"],
        };
        // Ambient needs permitted and inheritable: CAP_NET_RAW is not in permitted.
        Assert.Equal([0x2020, 0x20, 0x20, 0x2021, 0x20], Sets(Run(spec).Output));
        Assert.Contains("can't raise ambient capability CAP_NET_RAW: it is not both permitted and inheritable", Warnings);
    }

    /// <summary>config.md: capabilities that the runtime does not know are ignored with a warning.</summary>
    [Fact]
    public void CapabilitiesOfTheFutureAreLeftOutWithAWarning()
    {
        OciSpec spec = Script("grep ^Cap /proc/self/status");
        spec.Process!.Capabilities = new() { Bounding = ["CAP_FANTASY", "CAP_KILL"], Permitted = ["CAP_KILL", "CAP_WARP"], Effective = ["CAP_FANTASY", "CAP_KILL"], Ambient = ["CAP_WARP"] };
        Assert.Equal([0, 0x20, 0x20, 0x20, 0], Sets(Run(spec).Output));
        Assert.Equal("/process/capabilities: left out, since these names are unknown: CAP_FANTASY, CAP_WARP", Assert.Single(Warnings));
    }

    /// <summary>What is added is ambient where the container's process may hand it on (inheritable), as in runc; elsewhere a user gets nothing of it.</summary>
    [Fact]
    public void AnAddedCapabilityIsAmbientWhereItIsInheritable()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Process!.User = new() { Uid = 1000, Gid = 1000 };
        spec.Process.Capabilities = new() { Bounding = ["CAP_KILL", "CAP_SYS_TIME"], Permitted = ["CAP_KILL"], Effective = ["CAP_KILL"], Inheritable = ["CAP_KILL"] };
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Assert.Equal([0x20, 0x20, 0x20, 0x2000020, 0x20], Executed("CAP_KILL", "CAP_SYS_TIME", "CAP_FANTASY"));
        Assert.Contains("/process/capabilities: left out, since these names are unknown: CAP_FANTASY", Warnings);

        long[] Executed(params string[] added)
        {
            using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["grep", "^Cap", "/proc/self/status"], Capabilities = added, Stdio = StdioMode.Pipe });
            string output = new StreamReader(process.StandardOutput!).ReadToEnd();
            process.Wait();
            return Sets(output);
        }
    }

    [Fact]
    public void CapabilitiesOfRootAreWithinBoundingAndPermitted()
    {
        OciSpec spec = Script("grep ^Cap /proc/self/status");
        spec.Process!.Capabilities = new() { Bounding = ["CAP_CHOWN", "CAP_KILL"], Permitted = ["CAP_KILL"], Effective = [] };
        // With no_new_privs an exec adds nothing to permitted; without, root gets its bounding set back (capabilities(7)).
        Assert.Equal([0, 0x20, 0x20, 0x21, 0], Sets(Run(spec).Output));
        spec.Process.NoNewPrivileges = false;
        Assert.Equal([0, 0x21, 0x21, 0x21, 0], Sets(Run(spec).Output));
        spec.Process.Capabilities = null;
        Assert.Equal([0, 0, 0, 0, 0], Sets(Run(spec).Output));
    }

    [Fact]
    public void BeforeItsExecTheEffectiveSetIsTheSpecs()
    {
        OciSpec spec = Spec("true");
        spec.Process!.Capabilities = new() { Bounding = ["CAP_CHOWN", "CAP_KILL"], Permitted = ["CAP_CHOWN", "CAP_KILL"], Effective = ["CAP_KILL"] };
        OciContainer container = Runtime.Create(Request("c", spec));
        Assert.Equal([0, 0x21, 0x20, 0x21, 0], Sets(string.Join('\n', File.ReadLines($"/proc/{container.Pid}/status").Where(line => line.StartsWith("Cap", StringComparison.Ordinal)))));
    }

    [Fact]
    public void NoNewPrivilegesIsSetOrNot()
    {
        OciSpec spec = Spec("grep", "NoNewPrivs", "/proc/self/status");
        Assert.Equal("NoNewPrivs:\t1\n", Run(spec).Output);
        spec.Process!.NoNewPrivileges = false;
        Assert.Equal("NoNewPrivs:\t0\n", Run(spec).Output);
    }

    [Fact]
    public void EveryRlimitIsTheKernels()
    {
        (string Type, string Name, ulong Soft, ulong Hard)[] limits =
        [
            ("RLIMIT_CPU", "Max cpu time", 1000, 2000),
            ("RLIMIT_FSIZE", "Max file size", 1 << 20, 1 << 21),
            ("RLIMIT_DATA", "Max data size", 1 << 28, 1 << 29),
            ("RLIMIT_STACK", "Max stack size", 1 << 20, 1 << 21),
            ("RLIMIT_CORE", "Max core file size", 0, 4096),
            ("RLIMIT_RSS", "Max resident set", 1 << 28, 1 << 29),
            ("RLIMIT_NPROC", "Max processes", 100, 200),
            ("RLIMIT_NOFILE", "Max open files", 50, 60),
            ("RLIMIT_MEMLOCK", "Max locked memory", 4096, 8192),
            ("RLIMIT_AS", "Max address space", 1 << 30, 1UL << 31),
            ("RLIMIT_LOCKS", "Max file locks", 10, ulong.MaxValue),
            ("RLIMIT_SIGPENDING", "Max pending signals", 30, 40),
            ("RLIMIT_MSGQUEUE", "Max msgqueue size", 4096, 8192),
            ("RLIMIT_NICE", "Max nice priority", 0, 0),
            ("RLIMIT_RTPRIO", "Max realtime priority", 0, 0),
            ("RLIMIT_RTTIME", "Max realtime timeout", 100000, 200000),
        ];
        OciSpec spec = Spec("cat", "/proc/self/limits");
        spec.Process!.Rlimits = [.. limits.Select(limit => new OciRlimit { Type = limit.Type, Soft = limit.Soft, Hard = limit.Hard })];
        string output = Run(spec).Output;
        foreach ((string type, string name, ulong soft, ulong hard) in limits)
            Assert.True(Regex.IsMatch(output, $"^{name} +{soft} +{(hard == ulong.MaxValue ? "unlimited" : hard)} ", RegexOptions.Multiline), $"{type}: {output}");
    }

    [Fact]
    public void OomScoreAdjIsTheSpecsOrTheParents()
    {
        OciSpec spec = Spec("cat", "/proc/self/oom_score_adj");
        spec.Process!.OomScoreAdj = 500;
        Assert.Equal("500\n", Run(spec).Output);
        spec.Process.OomScoreAdj = null;
        Assert.Equal(File.ReadAllText("/proc/self/oom_score_adj"), Run(spec).Output);
    }

    [Fact]
    public void SchedulingPolicyNiceAndFlagsAreTheKernels()
    {
        // proc_pid_stat(5): 19 nice, 40 rt_priority, 41 policy. SCHED_BATCH is 3, SCHED_IDLE 5.
        OciSpec spec = Spec("cut", "-d", " ", "-f", "19,40,41", "/proc/self/stat");
        spec.Process!.Scheduler = new() { Policy = "SCHED_BATCH", Nice = 5 };
        Assert.Equal("5 0 3\n", Run(spec).Output);
        spec.Process.Scheduler = new() { Policy = "SCHED_IDLE" };
        Assert.Equal("0 0 5\n", Run(spec).Output);
        spec = Script("cut -d ' ' -f 19,40,41 /proc/$$/stat; cut -d ' ' -f 19,40,41 /proc/self/stat; true");
        spec.Process!.Scheduler = new() { Policy = "SCHED_BATCH", Nice = -5, Flags = ["SCHED_FLAG_RESET_ON_FORK"] };
        Assert.Equal("-5 0 3\n0 0 3\n", Run(spec).Output);
    }

    [Fact]
    public void RealtimePriorityIsTheKernels()
    {
        OciSpec spec = Script("cut -d ' ' -f 40,41 /proc/$$/stat; cat /sys/fs/cgroup/cpu/cpu.rt_runtime_us 2>/dev/null");
        using RealtimeBudget? budget = RealtimeBudget.Raise();
        string runtime = budget is null ? string.Empty : "5000\n";
        if (budget is not null)
            spec.Linux!.Resources!.Cpu = new() { RealtimePeriod = 1_000_000, RealtimeRuntime = 5000 };
        spec.Process!.Scheduler = new() { Policy = "SCHED_RR", Priority = 7 };
        Assert.Equal("7 2\n" + runtime, Run(spec).Output);
        spec.Process.Scheduler.Policy = "SCHED_FIFO";
        Assert.Equal("7 1\n" + runtime, Run(spec).Output);
    }

    [Fact, Needs(Program = "chrt")]
    public void DeadlineParametersAreTheKernels()
    {
        OciSpec spec = Script("sleep 30");
        // A deadline process may only fork when its children start anew (sched(7)).
        spec.Process!.Scheduler = new() { Policy = "SCHED_DEADLINE", Runtime = 2_000_000, Deadline = 20_000_000, Period = 40_000_000, Flags = ["SCHED_FLAG_RESET_ON_FORK"] };
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        string output = Machine.Run("chrt", "--pid", Runtime.Get("c").Pid.ToString(CultureInfo.InvariantCulture));
        Assert.Contains("SCHED_DEADLINE|SCHED_RESET_ON_FORK", output, StringComparison.Ordinal);
        Assert.Contains("2000000/20000000/40000000", output, StringComparison.Ordinal);
    }

    [Fact]
    public void DeadlineParametersThatTheKernelRefusesAreNamed()
    {
        OciSpec spec = Spec("true");
        spec.Process!.Scheduler = new() { Policy = "SCHED_DEADLINE", Runtime = 30_000_000, Deadline = 20_000_000, Period = 40_000_000 };
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.StartsWith("/process/scheduler", error.SpecPointer, StringComparison.Ordinal);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void WhatTheKernelRefusesOfASchedulerIsExplained()
    {
        (OciScheduler Scheduler, string Hint)[] cases =
        [
            (Deadline(30_000_000, 20_000_000, 40_000_000), "runtime, 30000000 ns, is more than deadline, 20000000 ns"),
            (Deadline(2_000_000, 40_000_000, 20_000_000), "deadline, 40000000 ns, is more than period, 20000000 ns"),
            (Deadline(1000, 20_000_000, 40_000_000), "runtime is 1000 ns; the minimum is 1024"),
            (Deadline(2_000_000, 0, 40_000_000), "SCHED_DEADLINE needs a deadline"),
            (Deadline(2_000_000, 1ul << 63, 1ul << 63), "deadline and period must be below 2^63 ns"),
            (Deadline(2000, 20_000, 20_000), "sched_deadline_period_min_us"),
            (Deadline(2000, 20_000, 0), "the deadline, if no period is given) is 20000 ns"),
            (Deadline(1_000_000, 60_000_000_000, 60_000_000_000), "sched_deadline_period_min_us"),
            (new() { Policy = "SCHED_ISO" }, "Linux has no SCHED_ISO"),
            (new() { Policy = "SCHED_FIFO" }, "the priority of SCHED_FIFO must be 1 to 99"),
            (new() { Policy = "SCHED_RR", Priority = 100 }, "the priority of SCHED_RR must be 1 to 99"),
        ];
        foreach ((OciScheduler scheduler, string hint) in cases)
        {
            OciSpec spec = Spec("true");
            spec.Process!.Scheduler = scheduler;
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal(("/process/scheduler", "sched_setattr"), (error.SpecPointer, error.Syscall));
            Assert.Contains(hint, error.Hint ?? "no hint", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MoreTimeThanTheCpusHaveIsExplained()
    {
        // They wait to be started and use none of it.
        OciException error = Assert.Throws<OciException>(() =>
        {
            for (int i = 0; i <= Environment.ProcessorCount; i++)
            {
                OciSpec spec = Spec("true");
                spec.Process!.Scheduler = Deadline(36_000_000, 40_000_000, 40_000_000);
                Runtime.Create(Request($"c{i}", spec));
            }
        });
        Assert.Equal("/process/scheduler", error.SpecPointer);
        Assert.Contains("do not have enough time left", error.Hint ?? "no hint", StringComparison.Ordinal);
    }

    [Fact]
    public void EverySchedulerFlagReachesTheKernel()
    {
        // A deadline process may only fork when its children start anew (sched(7)).
        OciScheduler deadline = Deadline(2_000_000, 20_000_000, 40_000_000);
        deadline.Flags = ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN"];
        Assert.Equal((6u, 1ul | 2 | 4), Scheduled(deadline) is var (policy, flags, _) ? (policy, flags) : default);
        Assert.Equal((0u, 3), Scheduled(new() { Policy = "SCHED_BATCH", Nice = 3, Flags = ["SCHED_FLAG_KEEP_POLICY"] }) is var (kept, _, nice) ? (kept, nice) : default);
        // The kernel counts the policy among them.
        Assert.Equal((0u, 0), Scheduled(new() { Policy = "SCHED_BATCH", Nice = 3, Flags = ["SCHED_FLAG_KEEP_PARAMS"] }) is var (policyToo, _, same) ? (policyToo, same) : default);
        foreach (string clamp in (string[])["SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX"])
        {
            var scheduler = new OciScheduler { Policy = "SCHED_OTHER", Nice = 4, Flags = [clamp] };
            if (File.Exists("/proc/sys/kernel/sched_util_clamp_min"))
                Assert.Equal((clamp, 4), (clamp, Scheduled(scheduler).Nice));
            else
                Assert.Equal("this kernel has no utilization clamping (CONFIG_UCLAMP_TASK)", Assert.Throws<OciException>(() => Scheduled(scheduler)).Hint);
        }
    }

    /// <summary>(uid_t)-1 means "as it is" to the kernel: the process would be root.</summary>
    [Fact]
    public void TheNumberThatIsNoIdIsRefused()
    {
        foreach ((OciUser user, string pointer) in (ValueTuple<OciUser, string>[])
        [
            (new() { Uid = uint.MaxValue, Gid = 5 }, "/process/user/uid"),
            (new() { Uid = 5, Gid = uint.MaxValue }, "/process/user/gid"),
            (new() { Uid = 5, Gid = 5, AdditionalGids = [6, uint.MaxValue] }, "/process/user/additionalGids/1"),
        ])
        {
            OciSpec spec = Spec("id");
            spec.Process!.User = user;
            Assert.Equal(pointer, Assert.Throws<OciException>(() => Run(spec)).SpecPointer);
        }
        // The one below is an id like others.
        OciSpec last = Script("id -u; id -g");
        last.Process!.User = new() { Uid = uint.MaxValue - 1, Gid = uint.MaxValue - 1 };
        Assert.Equal("4294967294\n4294967294\n", Run(last).Output);
    }

    [Fact]
    public void IoPriorityIsTheKernels()
    {
        OciSpec spec = Script("ionice -p $$");
        foreach ((string type, int priority, string expected) in (ValueTuple<string, int, string>[])[("IOPRIO_CLASS_BE", 6, "best-effort: prio 6\n"), ("IOPRIO_CLASS_RT", 2, "realtime: prio 2\n"), ("IOPRIO_CLASS_IDLE", 0, "idle\n")])
        {
            spec.Process!.IOPriority = new() { Class = type, Priority = priority };
            Assert.Equal(expected, Run(spec).Output);
        }
    }

    [Fact]
    public void FinalAffinityIsThatOfAnExec()
    {
        int last = Environment.ProcessorCount - 1;
        OciSpec spec = Spec("sleep", "30");
        spec.Process!.ExecCPUAffinity = new() { Initial = "0", Final = $"{last}" };
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Assert.Equal($"Cpus_allowed_list:\t{last}\n", Exec("grep Cpus_allowed_list /proc/self/status"));
    }

    /// <summary>What comes into a frozen cgroup stops there, with the CPUs that it has come with (since 6.2; before, a cpuset gave it its own).</summary>
    [Fact, Needs(Kernel = "6.2")]
    public async Task InitialAffinityIsThatOfAnExecUntilItsCgroupIsJoined()
    {
        int last = Environment.ProcessorCount - 1;
        OciSpec spec = Spec("sleep", "30");
        spec.Process!.ExecCPUAffinity = new() { Initial = $"{last}", Final = "0" };
        OciContainer container = Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Runtime.Pause("c");
        var exec = Task.Run(() =>
        {
            using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["grep", "Cpus_allowed_list", "/proc/self/status"], Stdio = StdioMode.Pipe, IgnorePaused = true });
            return new StreamReader(process.StandardOutput!).ReadToEnd();
        });
        int[] entered = [];
        Assert.True(SpinWait.SpinUntil(() => (entered = [.. Runtime.Processes("c").Where(pid => pid != container.Pid)]).Length == 1, TimeSpan.FromSeconds(20)));
        Assert.Equal($"{last}", CpusOf($"{entered[0]}"));
        Runtime.Resume("c");
        Assert.Equal("Cpus_allowed_list:\t0\n", await exec);
    }

    [Fact]
    public void InitialAffinityIsSetInTheKernel()
    {
        OciSpec spec = Spec("sleep", "30");
        spec.Process!.ExecCPUAffinity = new() { Initial = "8000" };
        Runtime.Create(Request("c", spec)); // it is about an exec alone
        Runtime.Start("c");
        OciException error = Assert.Throws<OciException>(() => Exec("true"));
        Assert.Equal(("/process/execCPUAffinity/initial", "sched_setaffinity"), (error.SpecPointer, error.Syscall));
    }

    /// <summary>What the runtime is limited to is its own affair: a container and what is executed in it have the CPUs of the cgroup.</summary>
    [Fact]
    public void TheRuntimesOwnAffinityIsNotTheContainers()
    {
        string all = CpusOf("thread-self");
        using (new OneCpu())
        {
            Assert.Equal("0", CpusOf("thread-self"));
            OciSpec spec = Script("grep Cpus_allowed_list /proc/self/status; sleep 30");
            spec.Process!.ExecCPUAffinity = new() { Initial = "0" };
            OciContainer container = Runtime.Create(Request("c", spec));
            Assert.Equal(all, CpusOf($"{container.Pid}"));
            Runtime.Start("c");
            // Without a "final" it is the cgroup's (config.md).
            Assert.Equal($"Cpus_allowed_list:\t{all}\n", Exec("grep Cpus_allowed_list /proc/self/status"));
        }
    }

    private static string CpusOf(string process) =>
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)).Split('\t')[1];

    private static OciScheduler Deadline(ulong runtime, ulong deadline, ulong period) => new() { Policy = "SCHED_DEADLINE", Runtime = runtime, Deadline = deadline, Period = period };

    private (uint Policy, ulong Flags, int Nice) Scheduled(OciScheduler scheduler)
    {
        OciSpec spec = Spec("sleep", "30");
        spec.Process!.Scheduler = scheduler;
        try
        {
            return SchedulerAttributes.Of(Runtime.Create(Request("c", spec)).Pid);
        }
        finally
        {
            Runtime.Delete("c", force: true);
        }
    }

    private string Exec(string script)
    {
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sh", "-c", script], Stdio = StdioMode.Pipe });
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        process.Wait();
        return output;
    }

    // Inheritable, permitted, effective, bounding, ambient.
    private static long[] Sets(string status) => [.. status.TrimEnd().Split('\n').Select(line => long.Parse(line.Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
