using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Several rules for one call: the verdict for values on both sides of every limit is that of the rules that hold (seccomp_rule_add(3)).</summary>
public sealed class SeccompMergeTests
{
    private const int Personality = 135;
    private const ulong High = 0x1_0000_0000;
    private static readonly SeccompArch s_arch = SeccompArch.Find("SCMP_ARCH_X86_64")!;

    private static readonly OciSyscallArg[] s_first =
    [
        Arg(0, "EQ", 5), Arg(0, "NE", 5), Arg(0, "LT", 5), Arg(0, "LE", 5), Arg(0, "GE", 5), Arg(0, "GT", 5), Arg(0, "EQ", High + 5), Arg(0, "LT", High + 5), Arg(0, "GT", High + 5),
        new() { Index = 0, Op = "SCMP_CMP_MASKED_EQ", Value = 6, ValueTwo = 4 },
    ];

    private static readonly OciSyscallArg?[] s_second = [null, Arg(1, "EQ", 7), Arg(1, "NE", 7), Arg(1, "GT", 7), Arg(1, "LE", 7)];

    private static readonly OciSyscallArg[][] s_rules =
        [.. from first in s_first from second in s_second select second is null ? (OciSyscallArg[])[first] : [first, second], .. s_second.OfType<OciSyscallArg>().Select(static second => (OciSyscallArg[])[second])];

    private static readonly ulong[] s_values = [0, 4, 5, 6, 7, 8, High, High + 4, High + 5, High + 6, 2 * High, ulong.MaxValue];

    /// <summary>In whatever order they come: each pair, and each three of those that are about few values.</summary>
    [Fact]
    public void RulesWithOneActionAreTheirUnion()
    {
        foreach (OciSyscallArg[] one in s_rules)
        {
            foreach (OciSyscallArg[] two in s_rules)
                Check([(one, SeccompAction.Allow), (two, SeccompAction.Allow)]);
        }
        OciSyscallArg[][] few = [.. s_rules.Where(static (_, index) => index % 5 is 0 or 1 && index % 10 < 6)];
        foreach (OciSyscallArg[] one in few)
        {
            foreach (OciSyscallArg[] two in few)
            {
                foreach (OciSyscallArg[] three in few)
                    Check([(one, SeccompAction.Allow), (two, SeccompAction.Allow), (three, SeccompAction.Allow)]);
            }
        }
    }

    /// <summary>Where one holds it decides, where both do one of them; or they are refused.</summary>
    [Fact]
    public void OfRulesWithTwoActionsOneThatHoldsDecides()
    {
        int refused = 0;
        foreach (OciSyscallArg[] one in s_rules)
        {
            foreach (OciSyscallArg[] two in s_rules)
                refused += Check([(one, SeccompAction.Allow), (two, SeccompAction.Trap)]) ? 0 : 1;
            // The same conditions with another action contradict each other.
            Assert.False(Check([(one, SeccompAction.Allow), (one, SeccompAction.Trap)]));
        }
        Assert.InRange(refused, s_rules.Length, s_rules.Length * s_rules.Length / 2);
    }

    /// <summary>What another rule says of more adds nothing, whichever of the two is the older.</summary>
    [Fact]
    public void ARuleThatAnotherContainsLeavesNothing()
    {
        OciSyscallArg[] wide = [Arg(0, "EQ", 5)], narrow = [Arg(0, "EQ", 5), Arg(1, "EQ", 7)], narrower = [Arg(0, "EQ", 5), Arg(1, "EQ", 7), Arg(2, "EQ", 9)];
        byte[] alone = Filter([(wide, SeccompAction.Allow)])!;
        foreach (OciSyscallArg[][] order in (OciSyscallArg[][][])[[wide, narrow], [narrow, wide], [narrower, narrow, wide], [wide, wide], [narrower, wide, narrow], [wide, narrower]])
            Assert.Equal(alone, Filter([.. order.Select(static rule => (rule, SeccompAction.Allow))]));
        OciSyscallArg[] last = [Arg(1, "EQ", 7)];
        byte[] lastAlone = Filter([(last, SeccompAction.Allow)])!;
        foreach (OciSyscallArg[][] order in (OciSyscallArg[][][])[[last, narrow], [narrow, last], [narrower, last], [narrower, narrow, last], [last, narrower]])
            Assert.Equal(lastAlone, Filter([.. order.Select(static rule => (rule, SeccompAction.Allow))]));
        Assert.NotEqual(alone, Filter([(wide, SeccompAction.Allow), ([Arg(0, "EQ", 6), Arg(1, "EQ", 7)], SeccompAction.Allow)]));
    }

    [Fact]
    public void AnArgumentHasANumberFromZeroToFive()
    {
        Assert.Equal(5u, SeccompCondition.Parse(Arg(5, "EQ", 1), "/p").Index);
        OciException e = Assert.Throws<OciException>(() => SeccompCondition.Parse(Arg(6, "EQ", 1), "/p"));
        Assert.Equal((OciErrorCode.InvalidSpec, "/p/index"), (e.Code, e.SpecPointer));
    }

    /// <summary>x32 calls come with the token of x86_64, whose rules are there too then; each is there once.</summary>
    [Fact]
    public void ArchitecturesAreTheMachinesAndThoseThatAreListed()
    {
        static IEnumerable<string> Names(string? native, params string[] listed) =>
            SeccompCompiler.Architectures(new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = [.. listed.Select(static name => "SCMP_ARCH_" + name)] }, native is null ? null : SeccompArch.Find("SCMP_ARCH_" + native))
                .Select(static arch => arch.Name["SCMP_ARCH_".Length..]);
        Assert.Equal(["AARCH64"], Names("AARCH64"));
        Assert.Equal(["AARCH64", "ARM"], Names("AARCH64", "ARM", "AARCH64", "ARM", "MIPS"));
        Assert.Equal(["AARCH64", "X32", "X86_64"], Names("AARCH64", "X32"));
        Assert.Equal(["X86_64", "X32"], Names("X86_64", "X32"));
        Assert.Equal(["X32", "X86_64"], Names(null, "X32", "X86_64"));
        Assert.Equal(["X86"], Names(null, "X86"));
    }

    // False when they are refused.
    private static bool Check((OciSyscallArg[] Conditions, uint Action)[] rules)
    {
        if (Filter(rules) is not { } filter)
            return false;
        BpfInstruction[] program = BpfAssembler.Parse(filter);
        foreach (ulong first in s_values)
        {
            foreach (ulong second in s_values)
            {
                uint verdict = SeccompInterpreter.Run(program, new(Personality, s_arch.Token, 0, first, second, 0, 0, 0, 0)).Action;
                bool any = false, right = false;
                foreach ((OciSyscallArg[] conditions, uint action) in rules)
                {
                    if (!Array.TrueForAll(conditions, condition => Holds(condition, condition.Index == 0 ? first : second)))
                        continue;
                    any = true;
                    right |= verdict == action;
                }
                if (!(any ? right : verdict == (SeccompAction.Errno | 1)))
                    Assert.Fail($"{string.Join("; ", rules.Select(static rule => string.Join(" and ", rule.Conditions.Select(static one => $"{one.Index} {one.Op} {one.Value:x}")) + $" {rule.Action:x}"))}: {first:x} {second:x} is {verdict:x}");
            }
        }
        return true;
    }

    private static byte[]? Filter((OciSyscallArg[] Conditions, uint Action)[] rules)
    {
        var profile = new OciSeccomp
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            Syscalls = [.. rules.Select(static rule => new OciSyscall { Names = ["personality"], Action = rule.Action == SeccompAction.Allow ? "SCMP_ACT_ALLOW" : "SCMP_ACT_TRAP", Args = [.. rule.Conditions] })],
        };
        try
        {
            return SeccompCompiler.Compile(profile, s_arch).Filter.ToArray();
        }
        catch (OciException e) when (e.Message.Contains("contradicts an earlier rule for personality", StringComparison.Ordinal))
        {
            Assert.Equal($"/linux/seccomp/syscalls/{rules.Length - 1}", e.SpecPointer);
            return null;
        }
    }

    private static OciSyscallArg Arg(uint index, string op, ulong value) => new() { Index = index, Op = "SCMP_CMP_" + op, Value = value };

    private static bool Holds(OciSyscallArg condition, ulong argument) => condition.Op switch
    {
        "SCMP_CMP_EQ" => argument == condition.Value,
        "SCMP_CMP_NE" => argument != condition.Value,
        "SCMP_CMP_LT" => argument < condition.Value,
        "SCMP_CMP_LE" => argument <= condition.Value,
        "SCMP_CMP_GE" => argument >= condition.Value,
        "SCMP_CMP_GT" => argument > condition.Value,
        _ => (argument & condition.Value) == condition.ValueTwo,
    };
}
