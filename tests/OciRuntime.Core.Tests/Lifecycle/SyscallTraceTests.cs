using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Containers whose system calls are recorded.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class SyscallTraceTests : ContainerFixture
{
    /// <summary>Processes that make calls at the same time: none is lost, and none is counted twice.</summary>
    [Fact]
    public void EveryCallIsCounted()
    {
        // xargs has no handler for SIGCHLD, by which a call could be interrupted. A shell has one.
        File.WriteAllLines(Path.Combine(Bundle, "rootfs", "tmp", "numbers"), Enumerable.Range(1, 40).Select(static number => $"/tmp/{number}"));
        (IReadOnlyList<OciTracedSyscall> calls, string output, int? exitCode) = Trace(Spec("xargs", "-P", "8", "-n", "1", "-a", "/tmp/numbers", "mkdir"));
        Assert.Equal((string.Empty, 0), (output, exitCode));
        Assert.Equal(40, Count(calls, "mkdir", "mkdirat"));
        // xargs and its children.
        Assert.Equal(41, Count(calls, "exit_group"));
        Assert.Equal(40, Directory.GetDirectories(Path.Combine(Bundle, "rootfs", "tmp")).Length);
    }

    [Fact]
    public void AllThreadsAreSeen()
    {
        PayloadProgram.Write("threads", Path.Combine(Bundle, "rootfs", "bin", "threads"));
        (IReadOnlyList<OciTracedSyscall> calls, string output, _) = Trace(Spec("threads"));
        Assert.Equal("the second goes on\nthe first goes on\n", output);
        Assert.Equal(1, calls.Where(static call => !call.Launch && call.Syscall == "chdir").Sum(static call => call.Count));
        OciTracedSyscall chdir = calls.Single(static call => call is { Launch: false, Syscall: "chdir" });
        OciTracedSyscall exit = calls.Single(static call => call is { Launch: false, Syscall: "exit_group" });
        Assert.NotEqual(exit.Pid, chdir.Pid);
        Assert.Equal("threads", chdir.Command);
    }

    /// <summary>The filter stands where the profile would, so that what comes behind it is what a profile has to allow.</summary>
    [Fact]
    public void TheLaunchItselfIsToldApart()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Spec("true");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            IReadOnlyList<OciTracedSyscall> calls = Trace(spec).Calls;
            Assert.Equal(1, calls.Single(static call => call is { Launch: true, Syscall: "execve" }).Count);
            Assert.DoesNotContain(calls, static call => call is { Launch: false, Syscall: "execve" });
            Assert.Equal(!noNewPrivileges, calls.Any(static call => call is { Launch: true, Syscall: "setresuid" }));
            // The gate of a create.
            Assert.Equal(!noNewPrivileges, calls.Any(static call => call is { Launch: true, Syscall: "accept4", Count: null }));
            Assert.Equal(["write", "rt_sigreturn"], calls.Where(static call => call is { Launch: false, Count: null }).Select(static call => call.Syscall));
        }
    }

    [Fact]
    public void TheProfileIsLookedUpAndNotInForce()
    {
        foreach ((string action, int? errno) in (ValueTuple<string, int?>[])[("SCMP_ACT_ERRNO", 62), ("SCMP_ACT_KILL_PROCESS", null), ("SCMP_ACT_TRAP", null)])
        {
            OciSpec spec = Script("cd /tmp; mkdir /tmp/x-$$ && echo made");
            spec.Linux!.Seccomp = new()
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new() { Names = ["swapon"], Action = "SCMP_ACT_ERRNO" }, new() { Names = ["chdir"], Action = action, ErrnoRet = (uint?)errno }],
            };
            (IReadOnlyList<OciTracedSyscall> calls, string output, int? exitCode) = Trace(spec);
            Assert.Equal(("made\n", 0), (output, exitCode));
            OciTracedSyscall refused = Assert.Single(calls, static call => !call.Allowed);
            Assert.Equal(("chdir", action, errno, "1", "/linux/seccomp/syscalls/1"), (refused.Syscall, refused.Action, refused.Errno, refused.Rule, refused.Pointer));
            Machine.Run("rm", "-r", Path.Combine(Bundle, "rootfs", "tmp"));
            Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "tmp"));
        }
    }

    [Fact]
    public void AnErrnoIsInForceWhenAsked()
    {
        OciSpec spec = Script("mkdir /tmp/x");
        spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 62 }] };
        (IReadOnlyList<OciTracedSyscall> calls, string output, int? exitCode) = Trace(spec, enforce: true);
        Assert.Equal(("mkdir: can't create directory '/tmp/x': Timer expired\n", 1), (output, exitCode));
        Assert.Equal(1, calls.Single(static call => !call.Allowed).Count);
    }

    /// <summary>What compares equal is one, what does not is kept: flags have few values.</summary>
    [Fact]
    public void ArgumentsAreKept()
    {
        IReadOnlyList<OciTracedSyscall> calls = Trace(Script("umask 027; umask 077; umask 027; n=0; while [ $n -lt 100 ]; do umask 022; n=$((n+1)); done")).Calls;
        OciTracedSyscall umask = calls.Single(static call => call is { Launch: false, Syscall: "umask" });
        Assert.True(umask.Count >= 103, $"{umask.Count}");
        foreach (string mask in (string[])["0x17", "0x3f", "0x12"])
            Assert.Contains(umask.Arguments, text => text.StartsWith(mask + ", ", StringComparison.Ordinal));
        Assert.True(umask.Arguments.Count <= 6 * 16);
    }

    /// <summary>Calls that nobody answers any more are refused; nobody waits for ever, and the container can be removed.</summary>
    [Fact]
    public void WithoutAListenerCallsAreNotImplemented()
    {
        using var trace = new SyscallTrace();
        using ContainerProcess process = Runtime.Run(Traced("c", Script("echo ready; while :; do cd /; done"), trace));
        using var output = new StreamReader(process.StandardOutput!);
        Assert.Equal("ready", output.ReadLine());
        trace.Dispose();
        using var errors = new StreamReader(process.StandardError!);
        Assert.Contains("Function not implemented", errors.ReadLine(), StringComparison.Ordinal);
        Runtime.Delete("c", force: true);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void ALaunchThatFailsLeavesNothing()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            using var trace = new SyscallTrace();
            OciSpec spec = Spec("nothing-of-that-name");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            Assert.Equal(OciErrorCode.CommandNotFound, Assert.Throws<OciException>(() => Runtime.Run(Traced("c", spec, trace))).Code);
            Assert.Empty(Runtime.List());
        }
        using var other = new SyscallTrace();
        OciSpec wrong = Spec("true");
        wrong.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_NONE" };
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => Runtime.Run(Traced("c", wrong, other))).Code);
        Assert.Empty(Runtime.List());
    }

    /// <summary>A profile of a trace runs the container of the trace, by run, by create and start, and with an exec of the same program; nothing else runs.</summary>
    [Fact]
    public void AProfileOfATraceIsEnough()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Script("ls /; cat /nothing; sleep 0; true");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            (IReadOnlyList<OciTracedSyscall> calls, string output, int? exitCode) = Trace(spec);
            Assert.Equal(0, exitCode);
            spec.Linux!.Seccomp = TracedProfile.Make(calls, null, []).Seccomp;
            Assert.Equal((output, 0), Run(spec));
            Runtime.Create(Request("c", spec, supervised: true));
            Runtime.Start("c");
            Assert.Equal(0, Runtime.Wait("c")!.ExitCode);
            Runtime.Delete("c");
            spec.Process.Args = ["/bin/sh", "-c", "ls /; mkdir /tmp/refused; true"];
            Assert.Contains("can't create directory '/tmp/refused': Operation not permitted", Run(spec).Output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(Bundle, "rootfs", "tmp", "refused")));
        }
    }

    [Fact]
    public void InAUserNamespaceToo()
    {
        OciSpec spec = InUserNamespace(Script("mkdir /tmp/x; echo $?"));
        (IReadOnlyList<OciTracedSyscall> calls, string output, _) = Trace(spec);
        Assert.Equal("0\n", output);
        Assert.Equal(1, Count(calls, "mkdir", "mkdirat"));
    }

    private static long? Count(IReadOnlyList<OciTracedSyscall> calls, params string[] names) =>
        calls.Where(call => names.Contains(call.Syscall)).Sum(static call => call.Count);

    private CreateRequest Traced(string id, OciSpec spec, SyscallTrace trace)
    {
        CreateRequest request = Request(id, spec);
        return new() { Id = id, Bundle = request.Bundle, Spec = request.Spec, Stdio = StdioMode.Pipe, Trace = trace };
    }

    private (IReadOnlyList<OciTracedSyscall> Calls, string Output, int? ExitCode) Trace(OciSpec spec, bool enforce = false)
    {
        using var trace = new SyscallTrace { Enforce = enforce };
        using ContainerProcess process = Runtime.Run(Traced("t", spec, trace));
        process.StandardInput!.Dispose();
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        ExitRecord exit = process.Wait();
        Runtime.Delete("t");
        return (trace.Finish(), output + errors.Result, exit.ExitCode);
    }
}
