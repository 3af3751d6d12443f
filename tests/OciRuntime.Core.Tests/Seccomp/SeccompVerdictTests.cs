using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Which rule of a profile decides a call.</summary>
public sealed class SeccompVerdictTests
{
    private static readonly OciSeccomp s_profile = new()
    {
        DefaultAction = "SCMP_ACT_ERRNO",
        DefaultErrnoRet = 1,
        Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
        Syscalls =
        [
            new() { Names = ["read", "socket"], Action = "SCMP_ACT_ALLOW" },
            new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 0 }] },
            new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 8 }] },
            new() { Names = ["clone"], Action = "SCMP_ACT_LOG", Args = [new() { Index = 0, Op = "SCMP_CMP_MASKED_EQ", Value = 0x7E020000, ValueTwo = 0 }] },
            new() { Names = ["swapon", "swapoff"], Action = "SCMP_ACT_KILL_PROCESS" },
            new() { Names = ["acct"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 1 },
            new() { Names = ["reboot"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 38 },
            // Alternatives, as several conditions on one argument are.
            new() { Names = ["ioprio_set"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 1, Op = "SCMP_CMP_LT", Value = 3 }, new() { Index = 1, Op = "SCMP_CMP_GE", Value = 7 }] },
        ],
    };

    [Fact]
    public void TheRuleIsTheOneWhoseConditionsHold()
    {
        Assert.Equal(("SCMP_ACT_ALLOW", "0"), Of("read"));
        Assert.Equal(("SCMP_ACT_ALLOW", "1"), Of("personality"));
        Assert.Equal(("SCMP_ACT_ALLOW", "2"), Of("personality", 8));
        Assert.Equal(("SCMP_ACT_ERRNO", "default"), Of("personality", 4));
        Assert.Equal(("SCMP_ACT_LOG", "3"), Of("clone", 0x1200011));
        Assert.Equal(("SCMP_ACT_ERRNO", "default"), Of("clone", 0x10000011));
        Assert.Equal(("SCMP_ACT_KILL_PROCESS", "4"), Of("swapoff"));
        // It says what the default says, and is found all the same.
        Assert.Equal(("SCMP_ACT_ERRNO", "5"), Of("acct"));
        Assert.Equal(("SCMP_ACT_ALLOW", "7"), Of("ioprio_set", 0, 2));
        Assert.Equal(("SCMP_ACT_ERRNO", "default"), Of("ioprio_set", 0, 3));
        Assert.Equal(("SCMP_ACT_ALLOW", "7"), Of("ioprio_set", 0, 7));
        Assert.Equal(("SCMP_ACT_ERRNO", "default"), Of("mkdir"));
    }

    [Fact]
    public void ErrnoAndPointerAreThoseOfTheRule()
    {
        SeccompVerdict reboot = Verdict("SCMP_ARCH_X86_64", "reboot");
        Assert.Equal((38, "/linux/seccomp/syscalls/6", false), (reboot.Errno, reboot.Pointer, reboot.Allows));
        SeccompVerdict other = Verdict("SCMP_ARCH_X86_64", "mkdir");
        Assert.Equal((1, "/linux/seccomp/defaultAction"), (other.Errno, other.Pointer));
        SeccompVerdict logged = Verdict("SCMP_ARCH_X86_64", "clone");
        Assert.Equal((null, true), (logged.Errno, logged.Allows));
    }

    /// <summary>The largest number that the profile names is ioprio_set's; what is newer looks unknown to the kernel.</summary>
    [Fact]
    public void NewerCallsAreUnknown()
    {
        SeccompVerdict newer = Verdict("SCMP_ARCH_X86_64", "openat2");
        Assert.Equal(("SCMP_ACT_ERRNO", 38, "newer"), (newer.Action, newer.Errno, newer.Rule));
    }

    [Fact]
    public void AnArchitectureThatIsNotListedKills()
    {
        Assert.Equal(("SCMP_ACT_KILL_THREAD", "architectures"), Of("read", "SCMP_ARCH_S390X"));
        Assert.Equal(("SCMP_ACT_KILL_THREAD", "architectures"), Of("read", "SCMP_ARCH_X32"));
        Assert.Equal(("SCMP_ACT_KILL_THREAD", "architectures"), (new SeccompVerdicts(s_profile).Of(new(3, 0x12345678, 0, 0, 0, 0, 0, 0, 0)) is var verdict) ? (verdict.Action, verdict.Rule) : default);
    }

    /// <summary>socket(2) through the call that x86 had first; the high half of an argument does not count there.</summary>
    [Fact]
    public void OldCallsAndNarrowArgumentsAreFound()
    {
        Assert.Equal(("SCMP_ACT_ALLOW", "0"), Of("socketcall", "SCMP_ARCH_X86", 1));
        Assert.Equal(("SCMP_ACT_ERRNO", "default"), Of("socketcall", "SCMP_ARCH_X86", 2));
        Assert.Equal(("SCMP_ACT_ALLOW", "2"), Of("personality", "SCMP_ARCH_X86", 0xff00000008));
    }

    [Fact]
    public void WithoutAProfileEverythingIsLetThrough()
    {
        foreach (OciSeccomp? none in (OciSeccomp?[])[null, new()])
        {
            SeccompVerdict verdict = new SeccompVerdicts(none).Of(new(1, 2, 0, 0, 0, 0, 0, 0, 0));
            Assert.Equal(("SCMP_ACT_ALLOW", "none", string.Empty, true), (verdict.Action, verdict.Rule, verdict.Pointer, verdict.Allows));
        }
    }

    /// <summary>Of every call that Docker's profile lets through, a rule is named that has it.</summary>
    [Fact]
    public void EveryCallOfDockersProfileHasItsRule()
    {
        OciSeccomp docker = SeccompProfile.OfDocker([]);
        var verdicts = new SeccompVerdicts(docker);
        SeccompArch native = SeccompArch.Native!;
        int found = 0;
        foreach (string name in SyscallTable.AllNames)
        {
            if (SyscallTable.Number(native.Table, name) is not (>= 0 and var number) || verdicts.Of(new(native.Encode(number), native.Token, 0, 0, 0, 0, 0, 0, 0)) is not { Allows: true } verdict)
                continue;
            found++;
            Assert.Contains(name, docker.Syscalls![int.Parse(verdict.Rule, System.Globalization.CultureInfo.InvariantCulture)].Names!);
            Assert.Equal(name, SyscallTable.NameOf(native.Table, number));
        }
        Assert.True(found > 250, $"{found}");
    }

    private static (string Action, string Rule) Of(string name, params ulong[] arguments) => Of(name, "SCMP_ARCH_X86_64", arguments);

    private static (string Action, string Rule) Of(string name, string arch, params ulong[] arguments) => Verdict(arch, name, arguments) is var verdict ? (verdict.Action, verdict.Rule) : default;

    private static SeccompVerdict Verdict(string archName, string name, params ulong[] arguments)
    {
        SeccompArch arch = SeccompArch.Find(archName)!;
        uint number = arch.Encode(SyscallTable.Number(arch.Table, name));
        return new SeccompVerdicts(s_profile).Of(new(number, arch.Token, 0, arguments.ElementAtOrDefault(0), arguments.ElementAtOrDefault(1), arguments.ElementAtOrDefault(2), 0, 0, 0));
    }
}
