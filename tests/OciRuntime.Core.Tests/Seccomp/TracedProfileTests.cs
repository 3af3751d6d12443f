using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Profiles made of what was seen.</summary>
public sealed class TracedProfileTests
{
    private static readonly string[] s_always = ["execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn", "write"];

    private static string Native => SeccompArch.Native!.Name;

    [Fact]
    public void WhatWasSeenIsAllowedAndNothingElse()
    {
        OciSeccomp profile = TracedProfile.Make([Call("read"), Call("openat"), Call("read")], null, []).Seccomp;
        Assert.Equal(("SCMP_ACT_ERRNO", 1u), (profile.DefaultAction, profile.DefaultErrnoRet));
        Assert.Equal([Native], profile.Architectures!);
        OciSyscall rule = Assert.Single(profile.Syscalls!);
        Assert.Equal(("SCMP_ACT_ALLOW", null), (rule.Action, rule.Args));
        Assert.Equal(s_always.Append("read").Append("openat").Order(StringComparer.Ordinal), rule.Names!);
        var verdicts = new SeccompVerdicts(profile);
        foreach (string name in SyscallTable.AllNames)
        {
            if (SyscallTable.Number(SeccompArch.Native!.Table, name) is >= 0 and var number)
                Assert.Equal((name, rule.Names!.Contains(name)), (name, verdicts.Of(new(SeccompArch.Native.Encode(number), SeccompArch.Native.Token, 0, 0, 0, 0, 0, 0, 0)).Allows));
        }
    }

    [Fact]
    public void OtherArchitecturesAreListedWhenTheyWereUsed()
    {
        string other = Native == "SCMP_ARCH_X86" ? "SCMP_ARCH_ARM" : "SCMP_ARCH_X86";
        Assert.Equal([Native, other], TracedProfile.Make([Call("read", other), Call("read", Native)], null, []).Seccomp.Architectures!);
        // Not more than the base has.
        Assert.Equal([Native], TracedProfile.Make([Call("read", other)], Base(new OciSyscall { Names = ["read"], Action = "SCMP_ACT_ALLOW" }), []).Seccomp.Architectures!);
    }

    [Fact]
    public void TheBasesRulesAreKeptForWhatWasSeen()
    {
        OciSeccomp most = Base(
            new() { Names = ["read", "mount", .. s_always], Action = "SCMP_ACT_ALLOW" },
            new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 8 }] },
            new() { Names = ["ioprio_set"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 1, Op = "SCMP_CMP_EQ", Value = 8 }] },
            new() { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 38 });
        TracedProfile made = TracedProfile.Make([Call("read"), Call("personality")], most, []);
        Assert.Equal(5u, made.Seccomp.DefaultErrnoRet);
        Assert.Equal(["read," + string.Join(',', s_always), "personality"], made.Seccomp.Syscalls!.Select(static rule => string.Join(',', rule.Names!)));
        Assert.Equal((0u, 8ul, "SCMP_CMP_EQ"), made.Seccomp.Syscalls![1].Args![0] is var arg ? (arg.Index, arg.Value, arg.Op) : default);
        Assert.Empty(made.Gaps);
        // The base is the caller's.
        Assert.Equal(8, most.Syscalls![0].Names!.Count);
    }

    [Fact]
    public void WhatTheBaseRefusesIsNamed()
    {
        OciSeccomp most = Base(
            new() { Names = ["read", .. s_always], Action = "SCMP_ACT_ALLOW" },
            new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 8 }] },
            new() { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 38 },
            new() { Names = ["swapon"], Action = "SCMP_ACT_KILL_PROCESS" });
        TracedProfile made = TracedProfile.Make(
            [Call("read"), Call("clone3"), Call("mount"), Call("swapon"), Call("personality", Native, "0x8, 0x0, 0x0, 0x0, 0x0, 0x0", "0x4, 0x1, 0x0, 0x0, 0x0, 0x0")], most, []);
        Assert.Equal(
            [("clone3", null, "2"), ("mount", null, "default"), ("swapon", null, "3"), ("personality", "0x4, 0x1, 0x0, 0x0, 0x0, 0x0", "1")],
            made.Gaps.Select(static gap => (gap.Call.Syscall, gap.Arguments, gap.Rule == "default" && gap.Call.Syscall == "personality" ? "1" : gap.Rule)));
        // The refusals that programs were seen to meet are part of it.
        Assert.Contains(made.Seccomp.Syscalls!, static rule => rule is { Action: "SCMP_ACT_ERRNO", ErrnoRet: 38, Names: ["clone3"] });
        Assert.DoesNotContain(made.Seccomp.Syscalls!, static rule => rule.Names!.Contains("mount"));
    }

    [Fact]
    public void WhatIsIncludedIsAllowedWhateverTheBaseSays()
    {
        OciSeccomp most = Base(
            new() { Names = ["read", .. s_always], Action = "SCMP_ACT_ALLOW" },
            new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = "SCMP_CMP_EQ", Value = 8 }] },
            new() { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 38 });
        TracedProfile made = TracedProfile.Make([Call("read"), Call("clone3"), Call("personality", Native, "0x4, 0x0, 0x0, 0x0, 0x0, 0x0")], most, ["personality", "clone3", "mount"]);
        Assert.Empty(made.Gaps);
        foreach (string name in (string[])["personality", "clone3", "mount"])
        {
            int number = SyscallTable.Number(SeccompArch.Native!.Table, name);
            Assert.True(new SeccompVerdicts(made.Seccomp).Of(new(SeccompArch.Native.Encode(number), SeccompArch.Native.Token, 0, 77, 0, 0, 0, 0, 0)).Allows, name);
        }
    }

    [Fact]
    public void AListOfWhatIsRefusedIsNoBase()
    {
        OciException error = Assert.Throws<OciException>(() => TracedProfile.Make([Call("read")], new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW" }, []));
        Assert.Equal(OciErrorCode.InvalidArgument, error.Code);
    }

    [Fact]
    public void AnUnknownNameIsAnErrorAndANumberAGap()
    {
        OciException error = Assert.Throws<OciException>(() => TracedProfile.Make([], null, ["opennat"]));
        Assert.Equal((OciErrorCode.InvalidArgument, true), (error.Code, error.Hint?.Contains("openat", StringComparison.Ordinal)));
        SeccompGap gap = Assert.Single(TracedProfile.Make([Call("syscall_0x3e7"), Call("read")], null, []).Gaps);
        Assert.Equal(("syscall_0x3e7", string.Empty), (gap.Call.Syscall, gap.Rule));
    }

    [Fact]
    public void DockersProfileWithoutMostOfItCompiles()
    {
        OciSeccomp docker = SeccompProfile.OfDocker([]);
        TracedProfile made = TracedProfile.Make([Call("read"), Call("clone"), Call("socket"), Call("personality")], docker, []);
        Assert.True(SeccompCompiler.Compile(made.Seccomp).Count < SeccompCompiler.Compile(docker).Count / 2);
        Assert.Empty(made.Gaps);
    }

    [Fact]
    public void TheFileIsAProfileAgain()
    {
        OciSeccomp profile = TracedProfile.Make([Call("read"), Call("personality")], SeccompProfile.OfDocker([]), []).Seccomp;
        byte[] file = SeccompProfile.Write(profile);
        Assert.Equal("SCMP_ACT_ERRNO", JsonDocument.Parse(file).RootElement.GetProperty("defaultAction").GetString());
        Assert.Equal(file, SeccompProfile.Write(SeccompProfile.Resolve(file, "it", [])));
    }

    private static OciTracedSyscall Call(string name, string architecture = "", params string[] arguments) => new() { Syscall = name, Architecture = architecture, Arguments = [.. arguments] };

    private static OciSeccomp Base(params OciSyscall[] rules) => new() { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 5, Architectures = [Native], Syscalls = [.. rules] };
}
