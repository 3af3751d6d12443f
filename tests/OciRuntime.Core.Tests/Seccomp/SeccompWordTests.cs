using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Words and numbers of a profile that the compiler refuses, with what it says of them; and when a condition holds.</summary>
public sealed class SeccompWordTests
{
    [Theory]
    [InlineData("SCMP_ACT_ALOW", "did you mean \"SCMP_ACT_ALLOW\"?")]
    [InlineData("nonsense", "one of SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, SCMP_ACT_TRACE, SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_NOTIFY")]
    public void AnUnknownActionHasAHint(string action, string hint) =>
        Refused(new() { DefaultAction = action }, $"seccomp: unknown action \"{action}\" at /linux/seccomp/defaultAction", "/linux/seccomp/defaultAction", hint);

    [Theory]
    [InlineData("SECCOMP_FILTER_FLAG_LOGS", "did you mean \"SECCOMP_FILTER_FLAG_LOG\"?")]
    [InlineData("nonsense", "one of SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")]
    public void AnUnknownFlagHasAHint(string flag, string hint) =>
        Refused(new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = ["SECCOMP_FILTER_FLAG_LOG", flag] }, $"seccomp: unknown flag \"{flag}\"", "/linux/seccomp/flags/1", hint);

    [Theory]
    [InlineData("eq", "did you mean \"SCMP_CMP_EQ\"?")]
    [InlineData("=", "one of SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE, SCMP_CMP_EQ, SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ")]
    public void AnUnknownOperatorHasAHint(string op, string hint) =>
        Refused(Rule("SCMP_ACT_ALLOW", null, new OciSyscallArg { Op = op }), $"seccomp: unknown operator \"{op}\" at /linux/seccomp/syscalls/0/args/0/op", "/linux/seccomp/syscalls/0/args/0/op", hint);

    [Theory]
    [InlineData("SCMP_ARCH_X86_65", "did you mean \"SCMP_ARCH_X86_64\"?")]
    [InlineData("nonsense", "one of SCMP_ARCH_")]
    public void AnUnknownArchitectureHasAHint(string architecture, string hint)
    {
        OciException error = Assert.Throws<OciException>(() => SeccompCompiler.Compile(new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_X86_64", architecture] }));
        Assert.Equal(($"seccomp: unknown architecture \"{architecture}\"", "/linux/seccomp/architectures/1"), (error.Message, error.SpecPointer));
        Assert.StartsWith(hint, error.Hint, StringComparison.Ordinal);
    }

    /// <summary>MAX_ERRNO of the kernel; the message of a tracer has 16 bits.</summary>
    [Theory]
    [InlineData("SCMP_ACT_ERRNO", 4095, null)]
    [InlineData("SCMP_ACT_ERRNO", 4096, 4095)]
    [InlineData("SCMP_ACT_TRACE", 65535, null)]
    [InlineData("SCMP_ACT_TRACE", 65536, 65535)]
    public void AnErrnoHasItsLimit(string action, int errno, int? limit)
    {
        OciSeccomp profile = Rule(action, (uint)errno);
        if (limit is null)
            Assert.Equal((uint)errno, Verdict(profile, 0) & 0xffff);
        else
            Refused(profile, $"seccomp: errnoRet {errno} at /linux/seccomp/syscalls/0/action is above {limit}", "/linux/seccomp/syscalls/0/action", null);
    }

    /// <summary>BPF_MAXINSNS of the kernel.</summary>
    [Fact]
    public void AProgramHasItsLimit()
    {
        OciSeccomp Profile(int rules) => new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls = [.. Enumerable.Range(0, rules).Select(static i => new OciSyscall { Names = ["personality"], Action = "SCMP_ACT_ERRNO", Args = [new() { Index = (uint)i % 6, Op = "SCMP_CMP_EQ", Value = (ulong)i }] })],
        };
        int length = SeccompCompiler.Compile(Profile(100)).Filter.Length;
        Assert.InRange(length, 100, BpfInstruction.MaxCount * 8);
        OciException error = Assert.Throws<OciException>(() => SeccompCompiler.Compile(Profile(3000)));
        Assert.Matches("^seccomp: the compiled profile has [0-9]{4,5} instructions, the kernel takes at most 4096$", error.Message);
        Assert.Equal("/linux/seccomp", error.SpecPointer);
    }

    /// <summary>Below, at and above the value, and what has other bits besides: of an explanation, and of the program that is loaded.</summary>
    [Theory]
    [InlineData("SCMP_CMP_NE", 100, 0, "yes no yes yes yes")]
    [InlineData("SCMP_CMP_LT", 100, 0, "yes no no no no")]
    [InlineData("SCMP_CMP_LE", 100, 0, "yes yes no no no")]
    [InlineData("SCMP_CMP_EQ", 100, 0, "no yes no no no")]
    [InlineData("SCMP_CMP_GE", 100, 0, "no yes yes yes yes")]
    [InlineData("SCMP_CMP_GT", 100, 0, "no no yes yes yes")]
    [InlineData("SCMP_CMP_MASKED_EQ", 0xff, 100, "no yes no yes yes")]
    public void AConditionHoldsWhereItsOperatorSays(string op, ulong value, ulong second, string expected)
    {
        ulong[] arguments = [99, 100, 101, 0x100 + 100, (1UL << 32) + 100];
        var argument = new OciSyscallArg { Index = 2, Op = op, Value = value, ValueTwo = second };
        Assert.Equal(expected, string.Join(' ', arguments.Select(one => SeccompCondition.Parse(argument, "/a").Holds(one) ? "yes" : "no")));
        OciSeccomp profile = Rule("SCMP_ACT_ERRNO", 7, argument);
        Assert.Equal(expected, string.Join(' ', arguments.Select(one => Verdict(profile, one) == (SeccompAction.Errno | 7) ? "yes" : "no")));
    }

    private static OciSeccomp Rule(string action, uint? errno, params List<OciSyscallArg> arguments) => new()
    {
        DefaultAction = "SCMP_ACT_ALLOW",
        Syscalls = [new() { Names = ["personality"], Action = action, ErrnoRet = errno, Args = arguments }],
    };

    private static uint Verdict(OciSeccomp profile, ulong third)
    {
        SeccompArch native = SeccompArch.Native!;
        var data = new SeccompData(native.Encode(SyscallTable.Number(native.Table, "personality")), native.Token, 0, 0, 0, third, 0, 0, 0);
        return SeccompInterpreter.Run(BpfAssembler.Parse(SeccompCompiler.Compile(profile).Filter.Span), data).Action;
    }

    private static void Refused(OciSeccomp profile, string message, string pointer, string? hint)
    {
        OciException error = Assert.Throws<OciException>(() => SeccompCompiler.Compile(profile));
        Assert.Equal((OciErrorCode.InvalidSpec, message, pointer, hint, "seccomp"), (error.Code, error.Message, error.SpecPointer, error.Hint, error.Step));
    }
}
