using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class ExecPlanTests
{
    [Fact]
    public void NamespacesAreJoinedThroughTheInitsPidfd()
    {
        List<LaunchStep> steps = Plan(CloneBits.CLONE_NEWNS | CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWCGROUP);
        Assert.Equal([CloneBits.CLONE_NEWNS | CloneBits.CLONE_NEWPID, CloneBits.CLONE_NEWCGROUP], steps.OfType<JoinNamespaceStep>().Select(step => step.Namespaces));
        Assert.All(steps.OfType<JoinNamespaceStep>(), step => Assert.Equal(new RoleFd(PlanFdRole.InitPidfd), step.Target));
        // nsdelegate: from inside the cgroup namespace the way into the cgroup is closed.
        int clone = steps.FindIndex(step => step is CloneStep);
        Assert.True(steps.FindLastIndex(step => step is JoinNamespaceStep) > steps.FindLastIndex(step => step is JoinCgroupStep));
        Assert.True(steps.FindIndex(step => step is JoinNamespaceStep) < clone);
        Assert.Equal(CloneBits.CLONE_PARENT, ((CloneStep)steps[clone]).Flags);
    }

    [Fact]
    public void AContainerThatSharesEverythingIsNotJoined() => Assert.Empty(Plan(CloneBits.None).OfType<JoinNamespaceStep>());

    [Fact]
    public void InAUserNamespaceItBecomesRoot()
    {
        List<LaunchStep> steps = Plan(CloneBits.CLONE_NEWUSER | CloneBits.CLONE_NEWNS);
        Assert.IsType<BecomeRootStep>(steps[steps.FindIndex(step => step is JoinNamespaceStep) + 1]);
    }

    [Fact]
    public void TheRootIsTheJoinedOne() => Assert.Equal(("/", true), Plan(CloneBits.CLONE_NEWNS).OfType<OpenRootStep>().Select(step => (step.Path, step.Joined)).Single());

    [Fact]
    public void ItWaitsOnTheChannel() => Assert.Null(Plan(CloneBits.CLONE_NEWNS).OfType<GateStep>().Single().Socket);

    [Fact]
    public void AffinityIsSetBeforeAndAfterTheCgroup()
    {
        List<LaunchStep> steps = Plan(CloneBits.CLONE_NEWNS, process => process.ExecCPUAffinity = new OciExecCpuAffinity { Initial = "0", Final = "1" });
        Assert.Equal("0", ((AffinityStep)steps[0]).Cpus);
        Assert.True(steps.FindLastIndex(step => step is AffinityStep { Cpus: "1" }) > steps.FindLastIndex(step => step is JoinCgroupStep));
        Assert.Equal(2, steps.OfType<AffinityStep>().Count());
    }

    [Fact]
    public void TheContainersSeccompProfileHoldsForItToo()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW" };
        Assert.Single(Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!)).Steps.OfType<SeccompStep>());
    }

    [Fact]
    public void TheConsoleMakesNoNode()
    {
        ConsoleStep console = Plan(CloneBits.CLONE_NEWNS, process => process.Terminal = true).OfType<ConsoleStep>().Single();
        Assert.False(console.ConsoleNode);
    }

    [Fact]
    public void AProcessThatCantBeIsRefused()
    {
        OciException e = Assert.Throws<OciException>(() => Plan(CloneBits.CLONE_NEWNS, static process => process.Args = []));
        Assert.Equal((OciErrorCode.InvalidSpec, "/args"), (e.Code, e.SpecPointer));
    }

    private static List<LaunchStep> Plan(CloneBits namespaces, Action<OciProcess>? change = null)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        change?.Invoke(spec.Process!);
        return [.. Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!, namespaces)).Steps];
    }
}
