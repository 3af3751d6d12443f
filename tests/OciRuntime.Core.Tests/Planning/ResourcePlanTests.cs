using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class ResourcePlanTests
{
    [Fact]
    public void LimitsGoByTheirNumbers()
    {
        List<LaunchStep> steps = Plan(spec => spec.Process!.Rlimits =
        [
            new OciRlimit { Type = "RLIMIT_CPU", Soft = 1, Hard = 2 },
            new OciRlimit { Type = "RLIMIT_RTTIME", Soft = ulong.MaxValue, Hard = ulong.MaxValue },
        ]);
        Assert.Equal([(0, 1ul, 2ul), (15, ulong.MaxValue, ulong.MaxValue)], steps.OfType<RlimitStep>().Select(step => (step.Resource, step.Soft, step.Hard)));
        Assert.Equal("unlimited:unlimited", steps.OfType<RlimitStep>().Last().Detail);
    }

    [Fact]
    public void OomScore()
    {
        OomScoreStep step = Plan(spec => spec.Process!.OomScoreAdj = -5).OfType<OomScoreStep>().Single();
        Assert.Equal((-5, false), (step.Score, step.WarnOnly));
        Assert.Empty(Plan(spec => spec.Process!.OomScoreAdj = null).OfType<OomScoreStep>());
    }

    [Fact]
    public void Scheduler()
    {
        SchedulerStep step = Plan(spec => spec.Process!.Scheduler = new OciScheduler
        {
            Policy = "SCHED_DEADLINE",
            Flags = ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_DL_OVERRUN"],
            Runtime = 1,
            Deadline = 2,
            Period = 3,
        }).OfType<SchedulerStep>().Single();
        Assert.Equal((6u, 5ul, 1ul, 2ul, 3ul), (step.PolicyNumber, step.Flags, step.Runtime, step.Deadline, step.Period));
        step = Plan(spec => spec.Process!.Scheduler = new OciScheduler { Policy = "SCHED_BATCH", Nice = -7 }).OfType<SchedulerStep>().Single();
        Assert.Equal((3u, -7), (step.PolicyNumber, step.Nice));
        step = Plan(spec => spec.Process!.Scheduler = new OciScheduler { Policy = "SCHED_FIFO", Priority = 5 }).OfType<SchedulerStep>().Single();
        Assert.Equal((1u, 5u), (step.PolicyNumber, step.Priority));
        // Twice the same flag is that flag.
        string[] twice = ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RESET_ON_FORK"];
        Assert.Equal(1ul, Plan(spec => spec.Process!.Scheduler = new OciScheduler { Policy = "SCHED_OTHER", Flags = [.. twice] }).OfType<SchedulerStep>().Single().Flags);
    }

    [Theory]
    [InlineData("IOPRIO_CLASS_RT", 0, 0x2000)]
    [InlineData("IOPRIO_CLASS_BE", 4, 0x4004)]
    [InlineData("IOPRIO_CLASS_IDLE", 7, 0x6007)]
    public void IoPriority(string name, int priority, uint value) =>
        Assert.Equal(value, Plan(spec => spec.Process!.IOPriority = new OciIOPriority { Class = name, Priority = priority }).OfType<IoPriorityStep>().Single().Value);

    [Fact]
    public void Personality()
    {
        Assert.Equal(8u, Plan(spec => spec.Linux!.Personality = new OciPersonality { Domain = "LINUX32" }).OfType<PersonalityStep>().Single().Value);
        Assert.Equal(0u, Plan(spec => spec.Linux!.Personality = new OciPersonality { Domain = "LINUX" }).OfType<PersonalityStep>().Single().Value);
    }

    [Fact]
    public void MemoryPolicy()
    {
        MemoryPolicyStep step = Plan(spec => spec.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = "MPOL_BIND", Nodes = "0-2, 9", Flags = ["MPOL_F_STATIC_NODES"] })
            .OfType<MemoryPolicyStep>().Single();
        Assert.Equal(2u | (1u << 15), step.ModeFlags);
        Assert.Equal([0b111, 0b10, 0, 0, 0, 0, 0, 0], step.Mask.ToArray());
        Assert.True(Plan(spec => spec.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = "MPOL_LOCAL" }).OfType<MemoryPolicyStep>().Single().Mask.IsEmpty);
    }

    /// <summary>linux/mempolicy.h.</summary>
    [Theory]
    [InlineData("MPOL_PREFERRED", "MPOL_F_STATIC_NODES", 1 | (1 << 15))]
    [InlineData("MPOL_BIND", "MPOL_F_RELATIVE_NODES", 2 | (1 << 14))]
    [InlineData("MPOL_BIND", "MPOL_F_NUMA_BALANCING", 2 | (1 << 13))]
    [InlineData("MPOL_WEIGHTED_INTERLEAVE", "MPOL_F_STATIC_NODES MPOL_F_STATIC_NODES", 6 | (1 << 15))]
    public void ModesAndFlagsOfAMemoryPolicyAreTheKernels(string mode, string flags, int bits) =>
        Assert.Equal((uint)bits, Plan(spec => spec.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = mode, Nodes = "0", Flags = [.. flags.Split(' ')] }).OfType<MemoryPolicyStep>().Single().ModeFlags);

    [Theory]
    [InlineData("0", new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("0-3,7", new byte[] { 0x8f, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("63-64", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0 })]
    public void CpuListsBecomeMasks(string list, byte[] mask) => Assert.Equal(mask, ResourcePlanner.Affinity(list, "/p")!.Mask.ToArray());

    [Theory]
    [InlineData("a")]
    [InlineData("3-1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("65536")]
    [InlineData("99999999999")]
    public void BadCpuListsAreRefused(string list) => Assert.Equal("/p", Assert.Throws<OciException>(() => ResourcePlanner.Affinity(list, "/p")).SpecPointer);

    [Fact]
    public void SysctlsBecomePathsOfTheContainersNamespaces()
    {
        List<LaunchStep> steps = Plan(spec => spec.Linux!.Sysctl = new Dictionary<string, string>
        {
            ["net.ipv4.ip_forward"] = "1",
            ["net.ipv4.conf.eth0/100.forwarding"] = "0",
            ["net/ipv4/conf/eth0.100/rp_filter"] = "2",
        });
        Assert.Equal(["net/ipv4/ip_forward", "net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/rp_filter"], steps.OfType<SysctlStep>().Select(step => step.Path));
        Assert.Equal("/linux/sysctl/net~1ipv4~1conf~1eth0.100~1rp_filter", steps.OfType<SysctlStep>().Last().SpecPointer);
        OciException e = Assert.Throws<OciException>(() => Plan(spec => spec.Linux!.Sysctl = new Dictionary<string, string> { ["kernel.panic"] = "1" }));
        Assert.Equal("/linux/sysctl/kernel.panic", e.SpecPointer);
    }

    [Fact]
    public void LabelsAreWrittenForTheExec()
    {
        List<LaunchStep> steps = Plan(spec => (spec.Process!.ApparmorProfile, spec.Process.SelinuxLabel) = ("docker-default", "system_u:system_r:container_t:s0"));
        Assert.Equal(
            [("exec docker-default", "attr/apparmor/exec"), ("system_u:system_r:container_t:s0", "attr/exec")],
            steps.OfType<AttrExecStep>().Select(step => (step.Text, step.Attribute)));
    }

    [Theory]
    [InlineData("A", "/linux/personality/flags: the runtime-spec defines none; they are ignored")]
    [InlineData("")]
    [InlineData(null)]
    public void FlagsOfAPersonalityAreToldAndIgnored(string? flags, params string[] warnings)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Personality = new() { Domain = "LINUX", Flags = flags is null ? null : [.. flags.Split(',', StringSplitOptions.RemoveEmptyEntries)] };
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec));
        Assert.Equal(warnings, plan.Warnings);
        Assert.Single(plan.Steps.OfType<PersonalityStep>());
    }

    private static List<LaunchStep> Plan(Action<OciSpec> change)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        change(spec);
        return [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
    }
}
