using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>process.capabilities, as capabilities(7) lets them be.</summary>
public sealed class CapabilityPlanTests
{
    [Fact]
    public void EachSetIsReadFromItsOwnList()
    {
        LaunchPlan plan = Plan(new() { Bounding = ["CAP_CHOWN"], Permitted = ["CAP_KILL", "CAP_BPF"], Effective = ["CAP_KILL"], Inheritable = ["CAP_FOWNER"] });
        Assert.Equal((1ul, "/process/capabilities"), plan.Steps.OfType<CapBoundingStep>().Select(static step => (step.Keep, step.SpecPointer)).Single());
        CapabilitiesStep sets = plan.Steps.OfType<CapabilitiesStep>().Single();
        Assert.Equal((1ul << 5, 1ul << 5 | 1ul << 39, 1ul << 3, 0ul, "/process/capabilities"), (sets.Effective, sets.Permitted, sets.Inheritable, sets.Ambient, sets.SpecPointer));
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void WithoutCapabilitiesNobodyHasAskedForTheSteps()
    {
        LaunchPlan plan = Plan(null);
        Assert.Equal([null, null], plan.Steps.Where(static step => step is CapBoundingStep or CapabilitiesStep).Select(static step => step.SpecPointer));
    }

    [Fact]
    public void AnUnknownNameOfAnySetIsToldOnce() => Assert.Equal(
        ["/process/capabilities: left out, since these names are unknown: CAP_A, CAP_B, CAP_C, CAP_E, CAP_P"],
        Plan(new() { Bounding = ["CAP_B", "CAP_KILL"], Permitted = ["CAP_P", "CAP_B"], Inheritable = ["CAP_C"], Ambient = ["CAP_A"], Effective = ["CAP_E"] }).Warnings);

    /// <summary>No capability is ever ambient that is not both permitted and inheritable.</summary>
    [Fact]
    public void WhatCantBeRaisedIsToldInTheOrderOfTheBits()
    {
        LaunchPlan plan = Plan(new()
        {
            Permitted = ["CAP_CHOWN", "CAP_KILL", "CAP_SYS_TIME"],
            Inheritable = ["CAP_CHOWN", "CAP_FOWNER", "CAP_SYS_TIME"],
            Ambient = ["CAP_CHECKPOINT_RESTORE", "CAP_KILL", "CAP_FOWNER", "CAP_CHOWN"],
        });
        Assert.Equal(1ul, plan.Steps.OfType<CapabilitiesStep>().Single().Ambient);
        Assert.Equal(
            ((string[])["CAP_FOWNER", "CAP_KILL", "CAP_CHECKPOINT_RESTORE"]).Select(static name => $"can't raise ambient capability {name}: it is not both permitted and inheritable"), plan.Warnings);
    }

    [Fact]
    public void AllThatCanBeRaisedIs()
    {
        LaunchPlan plan = Plan(new() { Permitted = ["CAP_CHOWN", "CAP_KILL"], Inheritable = ["CAP_CHOWN", "CAP_KILL"], Ambient = ["CAP_KILL", "CAP_CHOWN"] });
        Assert.Equal(0x21ul, plan.Steps.OfType<CapabilitiesStep>().Single().Ambient);
        Assert.Empty(plan.Warnings);
    }

    private static LaunchPlan Plan(OciCapabilities? capabilities)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Process!.Capabilities = capabilities;
        return Planner.PlanCreate(PlanInputs.Hybrid(spec));
    }
}
