using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>The numbers that a helper's message names, of a container that another runtime has created.</summary>
public sealed class RecordedStepTests
{
    private static readonly LaunchPlan s_plan = new(
    [
        new StateStep(),
        new RlimitStep { Type = "RLIMIT_CPU", Resource = 0, Soft = 1, Hard = 1 },
        new SeccompStep { Filter = new byte[16], Flags = 0, SpecPointer = "/linux/seccomp" },
        new UserStep { Uid = 0, Gid = 0, Umask = 0 },
        new ReadyStep(),
        new PidFileStep { Path = "/run/pid" },
        new GateStep(),
        new NoNewPrivilegesStep { SpecPointer = "/process/noNewPrivileges" },
        new ExecStep { Args = ["sh"], Env = [], SpecPointer = "/process/args" },
        new RuntimeHookStep { Hook = new() { Path = "/h" }, Kind = "poststart", Index = 0 },
    ]);

    /// <summary>A filter can make any later step fail; the runtime's own steps have no number.</summary>
    [Fact]
    public void TheFilterAndWhatFollowsTheGateAreKept() => Assert.Equal(
        [(1, "seccomp", "2 instructions", "/linux/seccomp"), (4, "gate", "channel", null), (5, "no_new_privs", "process", "/process/noNewPrivileges"), (6, "exec", "sh", "/process/args")],
        RecordedStep.Of(s_plan).Select(static step => (step.Number, step.Name, step.Object, step.SpecPointer)));

    [Fact]
    public void WithoutAGateOnlyTheFilterIs() =>
        Assert.Equal([(1, "seccomp")], RecordedStep.Of(new([.. s_plan.Steps.Where(static step => step is not GateStep)])).Select(static step => (step.Number, step.Name)));

    [Fact]
    public void EachHasItsNumberAgain()
    {
        IReadOnlyList<LaunchStep> steps = RecordedStep.PlanOf(RecordedStep.Of(s_plan)).Steps;
        Assert.Equal(
            ["done before the start", "seccomp 2 instructions", "done before the start", "done before the start", "gate channel", "no_new_privs process", "exec sh"],
            steps.Select(static step => step.ToString()));
        Assert.Equal("/linux/seccomp", steps[1].SpecPointer);
        Assert.Equal([-1, 1, -1, -1, 4, 5, 6], steps.Cast<RecordedStep>().Select(static step => step.Number));
        Assert.Equal(s_plan.HelperSteps.Count, steps.Count);
        Assert.Empty(RecordedStep.PlanOf([]).Steps);
        Assert.Equal(["gate channel"], RecordedStep.PlanOf([new(0, "gate", "channel")]).Steps.Select(static step => step.ToString()));
    }
}
