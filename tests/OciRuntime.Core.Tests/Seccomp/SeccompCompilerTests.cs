using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

public sealed class SeccompCompilerTests
{
    private const uint X86_64 = 0xC000003E;
    private const uint Enosys = SeccompAction.Errno | 38;

    [Fact]
    public void UnknownActionNamesThePointer()
    {
        OciException error = Assert.Throws<OciException>(() => Compile(new() { DefaultAction = "SCMP_ACT_MAYBE" }));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal("/linux/seccomp/defaultAction", error.SpecPointer);
        Assert.Contains("SCMP_ACT_ERRNO", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOperatorNamesThePointer()
    {
        OciException error = Assert.Throws<OciException>(() => Compile(Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", Args = [new() { Op = "SCMP_CMP_SORT_OF" }] })));
        Assert.Equal("/linux/seccomp/syscalls/0/args/0/op", error.SpecPointer);
    }

    [Fact]
    public void UnknownArchitectureAndFlagAreErrors()
    {
        OciSeccomp profile = Allow();
        profile.Architectures = ["SCMP_ARCH_Z80"];
        Assert.Equal("/linux/seccomp/architectures/0", Assert.Throws<OciException>(() => Compile(profile)).SpecPointer);
        profile = Allow();
        profile.Flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LUCK"];
        Assert.Equal("/linux/seccomp/flags/1", Assert.Throws<OciException>(() => Compile(profile)).SpecPointer);
    }

    [Fact]
    public void FlagsBecomeTheKernelsBits()
    {
        OciSeccomp profile = Allow();
        profile.Flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"];
        Assert.Equal(SeccompProgram.FlagLog | SeccompProgram.FlagSpecAllow, Compile(profile).Flags);
    }

    [Fact]
    public void NotifyNeedsAListenerPath()
    {
        OciSeccomp profile = Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" });
        Assert.Equal("/linux/seccomp/listenerPath", Assert.Throws<OciException>(() => Compile(profile)).SpecPointer);
        profile.ListenerPath = "/run/listener";
        SeccompProgram program = Compile(profile);
        Assert.True(program.NeedsListener);
        Assert.Equal(SeccompProgram.FlagNewListener, program.Flags & SeccompProgram.FlagNewListener);
    }

    [Fact]
    public void NotifyIsNoDefault()
    {
        OciException error = Assert.Throws<OciException>(() => Compile(new() { DefaultAction = "SCMP_ACT_NOTIFY", ListenerPath = "/run/listener" }));
        Assert.Equal((OciErrorCode.InvalidSpec, "/linux/seccomp/defaultAction"), (error.Code, error.SpecPointer));
    }

    /// <summary>Who asks the agent by write(2) has to say first that there is one.</summary>
    [Fact]
    public void WriteIsNotNotified()
    {
        OciSeccomp profile = Allow(new OciSyscall { Names = ["mkdir", "write"], Action = "SCMP_ACT_NOTIFY" });
        profile.ListenerPath = "/run/listener";
        OciException error = Assert.Throws<OciException>(() => Compile(profile));
        Assert.Equal("/linux/seccomp/syscalls/0", error.SpecPointer);
        Assert.Contains("SCMP_ACT_NOTIFY cannot be used for the write syscall", error.Message, StringComparison.Ordinal);
        // Everything else the agent can answer, having its descriptor by then.
        profile.Syscalls![0].Names = ["read", "sendmsg", "close", "execve"];
        Assert.True(Compile(profile).NeedsListener);
    }

    [Fact]
    public void NamesThatNoMachineHasAreLeftOut() =>
        Assert.Equal(
            Compile(Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" })).Filter.ToArray(),
            Compile(Allow(new OciSyscall { Names = ["no_such_call", "mkdir"], Action = "SCMP_ACT_ERRNO" })).Filter.ToArray());

    [Fact]
    public void ArchitecturesOfOtherMachinesAddNothing()
    {
        OciSeccomp profile = Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" });
        byte[] plain = Compile(profile).Filter.ToArray();
        foreach (string name in (string[])["LOONGARCH64", "M68K", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC", "PPC64", "S390", "SH", "SHEB", "PARISC", "PARISC64"])
        {
            profile.Architectures = ["SCMP_ARCH_" + name];
            Assert.Equal(plain, Compile(profile).Filter.ToArray());
        }
    }

    [Fact]
    public void CallsNewerThanTheProfileGetEnosys()
    {
        OciSeccomp profile = new() { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [new() { Names = ["read", "openat2"], Action = "SCMP_ACT_ALLOW" }] };
        Assert.Equal(SeccompAction.Allow, Verdict(profile, 437)); // openat2
        Assert.Equal(SeccompAction.Errno | 1, Verdict(profile, 436)); // close_range: older than the newest that is named
        Assert.Equal(Enosys, Verdict(profile, 438)); // pidfd_getfd
        Assert.Equal(Enosys, Verdict(profile, 5000));
    }

    [Fact]
    public void AnAllowingProfileLeavesNewCallsToTheKernel() =>
        Assert.Equal(SeccompAction.Allow, Verdict(Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }), 5000));

    [Fact]
    public void OtherArchitecturesAreKilled() =>
        Assert.Equal(SeccompAction.KillThread, Run(Allow(), new(0, 0xC00000B7, 0, 0, 0, 0, 0, 0, 0)));

    [Fact]
    public void X32CallsAreKilledUnlessX32IsListed()
    {
        OciSeccomp profile = Allow();
        Assert.Equal(SeccompAction.KillThread, Verdict(profile, SeccompArch.X32Bit | 1));
        profile.Architectures = ["SCMP_ARCH_X32"];
        Assert.Equal(SeccompAction.Allow, Verdict(profile, SeccompArch.X32Bit | 1));
    }

    [Fact]
    public void SeveralConditionsOnOneArgumentAreAlternatives()
    {
        OciSeccomp profile = Allow(new OciSyscall
        {
            Names = ["personality"],
            Action = "SCMP_ACT_ERRNO",
            Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 1 }, new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 2 }],
        });
        Assert.Equal(SeccompAction.Errno | 1, Verdict(profile, 135, 1));
        Assert.Equal(SeccompAction.Errno | 1, Verdict(profile, 135, 2));
        Assert.Equal(SeccompAction.Allow, Verdict(profile, 135, 3));
    }

    [Fact]
    public void ErrnoRetIsPartOfTheProgram()
    {
        OciSeccomp Profile(uint errno) => Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", ErrnoRet = errno });
        Assert.Equal(SeccompAction.Errno | 13, Verdict(Profile(13), 83));
        Assert.NotEqual(Compile(Profile(13)).Filter.ToArray(), Compile(Profile(14)).Filter.ToArray());
    }

    [Fact]
    public void AnErrnoAboveTheKernelsMaximumIsRefused() =>
        Assert.Equal("/linux/seccomp/syscalls/0/action", Assert.Throws<OciException>(() => Compile(Allow(new OciSyscall { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 4096 }))).SpecPointer);

    private static OciSeccomp Allow(params OciSyscall[] syscalls) => new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [.. syscalls] };

    [Fact]
    public void RulesThatContradictEachOtherAreRefused()
    {
        OciSyscall Rule(string action, params ulong[] values) => new()
        {
            Names = ["personality"],
            Action = action,
            Args = [.. values.Select((value, index) => new OciSyscallArg { Index = (uint)index, Value = value, Op = "SCMP_CMP_EQ" })],
        };
        foreach (OciSyscall[] rules in (OciSyscall[][])[[Rule("SCMP_ACT_ERRNO", 5), Rule("SCMP_ACT_TRAP", 5)], [Rule("SCMP_ACT_ERRNO", 5, 6), Rule("SCMP_ACT_TRAP", 5)]])
        {
            OciException error = Assert.Throws<OciException>(() => Compile(new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [.. rules] }));
            Assert.Equal("/linux/seccomp/syscalls/1", error.SpecPointer);
            Assert.Equal("seccomp: /linux/seccomp/syscalls/1 contradicts an earlier rule for personality: the two have different actions for the same calls", error.Message);
        }
        // The same twice, and another action for what no rule speaks of yet.
        Compile(new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [Rule("SCMP_ACT_ERRNO", 5), Rule("SCMP_ACT_ERRNO", 5), Rule("SCMP_ACT_TRAP", 6), Rule("SCMP_ACT_LOG", 5, 6)] });
    }

    private static SeccompProgram Compile(OciSeccomp profile) => SeccompCompiler.Compile(profile, SeccompArch.Find("SCMP_ARCH_X86_64"));

    private static uint Verdict(OciSeccomp profile, uint number, ulong argument = 0) => Run(profile, new(number, X86_64, 0, argument, 0, 0, 0, 0, 0));

    private static uint Run(OciSeccomp profile, SeccompData data) => SeccompInterpreter.Run(BpfAssembler.Parse(Compile(profile).Filter.Span), data).Action;
}
