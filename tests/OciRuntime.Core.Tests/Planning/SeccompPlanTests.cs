using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Where the filter is loaded: seccomp(2) wants CAP_SYS_ADMIN or no_new_privs, and a listener goes out before the process waits.</summary>
public sealed class SeccompPlanTests
{
    public enum Place
    {
        None,
        BeforeTheDirectory,
        BeforeReady,
        BehindTheGate,
    }

    [Theory]
    [InlineData("allow", false, Place.BeforeTheDirectory)]
    [InlineData("allow", true, Place.BehindTheGate)]
    [InlineData("notify", false, Place.BeforeTheDirectory)]
    [InlineData("notify", true, Place.BeforeReady)]
    [InlineData("empty", false, Place.None)]
    [InlineData("empty", true, Place.None)]
    [InlineData(null, true, Place.None)]
    public void AFilterStandsWhereItCanBeLoadedAndMeetsLittle(string? profile, bool noNewPrivileges, Place place)
    {
        OciSpec spec = Spec(profile, noNewPrivileges);
        Check(Planner.PlanCreate(PlanInputs.Hybrid(spec)), place);
        Check(Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!)), place);
    }

    /// <summary>It stands where its profile would; its listener stays in the runtime.</summary>
    [Theory]
    [InlineData("notify", false, Place.BeforeTheDirectory)]
    [InlineData("notify", true, Place.BehindTheGate)]
    [InlineData(null, false, Place.BeforeTheDirectory)]
    [InlineData(null, true, Place.BehindTheGate)]
    public void ARecordingIsLoadedInstead(string? profile, bool noNewPrivileges, Place place)
    {
        var recording = new SeccompProgram(new byte[24], 8, NeedsListener: true);
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(Spec(profile, noNewPrivileges)) with { Recording = recording });
        Check(plan, place);
        SeccompStep step = plan.Steps.OfType<SeccompStep>().Single();
        Assert.Equal((24, 8u, "/linux/seccomp"), (step.Filter.Length, step.Flags, step.SpecPointer));
        // Nor is a program loaded that the configuration brings along.
        OciSpec spec = Spec(profile, noNewPrivileges);
        spec.Annotations = new Dictionary<string, string> { ["run.oci.seccomp_bpf_data"] = "BgAAAAAA/38=" };
        step = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Recording = recording }).Steps.OfType<SeccompStep>().Single();
        Assert.Equal((24, 8u, "/linux/seccomp"), (step.Filter.Length, step.Flags, step.SpecPointer));
    }

    [Fact]
    public void TheProgramIsThatOfTheCompiler()
    {
        OciSpec spec = Spec("allow", noNewPrivileges: true);
        OciSeccomp? asked = null;
        SeccompStep step = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { CompileSeccomp = seccomp => (asked = seccomp, new SeccompProgram(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 4, false)).Item2 })
            .Steps.OfType<SeccompStep>().Single();
        Assert.Same(spec.Linux!.Seccomp, asked);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], step.Filter.ToArray());
        Assert.Equal((4u, "/linux/seccomp"), (step.Flags, step.SpecPointer));
    }

    /// <summary>A filter may forbid to make the working directory later, and a read-only root does.</summary>
    [Theory]
    [InlineData("allow", false, false, "/w/./x", "/w/x")]
    [InlineData("allow", true, false, "/w", null)]
    [InlineData(null, false, false, "/w", null)]
    [InlineData(null, false, true, "/w", "/w")]
    [InlineData("allow", false, true, "/", null)]
    public void TheDirectoryIsMadeBefore(string? profile, bool noNewPrivileges, bool readonlyRoot, string cwd, string? made)
    {
        OciSpec spec = Spec(profile, noNewPrivileges);
        (spec.Process!.Cwd, spec.Root!.Readonly) = (cwd, readonlyRoot);
        IReadOnlyList<LaunchStep> steps = Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps;
        Assert.Equal(made is null ? [] : [(made, "/process/cwd")], steps.OfType<MakeDirectoryStep>().Select(static step => (step.Path, step.SpecPointer!)));
    }

    private static OciSpec Spec(string? profile, bool noNewPrivileges)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Process!.NoNewPrivileges = noNewPrivileges;
        spec.Linux!.Seccomp = profile switch
        {
            "allow" => new() { DefaultAction = "SCMP_ACT_ALLOW" },
            "notify" => new() { DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = "/run/listener", Syscalls = [new() { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" }] },
            "empty" => new(),
            _ => null,
        };
        return spec;
    }

    private static void Check(LaunchPlan plan, Place place)
    {
        List<LaunchStep> steps = [.. plan.Steps];
        int at = steps.FindIndex(static step => step is SeccompStep);
        Assert.Equal(place == Place.None ? 0 : 1, steps.Count(static step => step is SeccompStep));
        switch (place)
        {
            case Place.BeforeTheDirectory: Assert.Equal(steps.FindIndex(static step => step is ChdirStep) - 1, at); break;
            case Place.BeforeReady: Assert.Equal(steps.FindIndex(static step => step is ReadyStep) - 1, at); break;
            case Place.BehindTheGate: Assert.Equal(steps.FindIndex(static step => step is GateStep) + 1, at); break;
        }
    }
}
