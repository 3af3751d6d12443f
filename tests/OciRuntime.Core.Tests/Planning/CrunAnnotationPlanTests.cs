using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Annotations of crun(1), "EXTENSIONS TO OCI": what is done, and what is told.</summary>
public sealed class CrunAnnotationPlanTests
{
    private const string Bpf = "run.oci.seccomp_bpf_data";
    private const string BpfPointer = "/annotations/run.oci.seccomp_bpf_data";

    [Fact]
    public void WhatMeansNothingHereIsTold()
    {
        const string means = ": this crun annotation has no effect here";
        Assert.Equal(["/annotations/run.oci.handler" + means], Plan(("run.oci.handler", "krun"), ("org.example", "a"), ("run.ocix", "b"), ("run.oci", "c")).Warnings);
        Assert.Equal(["/annotations/run.oci.a~1b~0c" + means], Plan(("run.oci.a/b~c", "")).Warnings);
        Assert.Empty(Plan(
            ("run.oci.keep_original_groups", "1"), ("run.oci.hooks.stdout", "/out"), ("run.oci.hooks.stderr", "/err"), ("run.oci.mount_context_type", "context"), ("run.oci.pidfd_receiver", "/s"),
            (Bpf, "BgAAAAAA/38="), ("run.oci.seccomp.receiver", "/r"), ("run.oci.delegate-cgroup", ""), ("run.oci.systemd.subgroup", "")).Warnings);
        Assert.Empty(Planner.PlanCreate(PlanInputs.Unified()).Warnings);
        // An empty name is none.
        LaunchPlan plan = Planner.PlanCreate(Input(("run.oci.delegate-cgroup", "")) with { CgroupPaths = new Dictionary<string, string>() });
        Assert.DoesNotContain(plan.Warnings, static warning => warning.StartsWith("/annotations", StringComparison.Ordinal));
    }

    [Fact]
    public void ACgroupThatIsNotMadeIsTold()
    {
        CreatePlanInput input = Input(("run.oci.systemd.subgroup", "a"), ("run.oci.delegate-cgroup", "b"));
        const string subgroup = "/annotations/run.oci.systemd.subgroup: has no effect here: the container's cgroup is not a scope of systemd on cgroup v2",
            delegated = "/annotations/run.oci.delegate-cgroup: has no effect here: the container has no cgroup of its own";
        foreach ((InnerCgroups inner, bool hasCgroup, string[] warnings) in (ValueTuple<InnerCgroups, bool, string[]>[])
        [
            (InnerCgroups.None, false, [subgroup, delegated]), (InnerCgroups.None, true, [subgroup]), (new("/a", ""), false, [delegated]), (new("/a", "/b"), true, []),
        ])
        {
            LaunchPlan plan = Planner.PlanCreate(input with { InnerCgroups = inner, CgroupPaths = hasCgroup ? input.CgroupPaths : new Dictionary<string, string>() });
            Assert.Equal(warnings, plan.Warnings.Where(static warning => warning.StartsWith("/annotations", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void ACgroupIsDelegatedBelowTheContainers()
    {
        CreatePlanInput input = Input(("run.oci.delegate-cgroup", "b")) with { InnerCgroups = new("/a", "/b") };
        List<LaunchStep> steps = [.. Planner.PlanCreate(input).Steps];
        int wait = steps.FindIndex(static step => step is AwaitStep { Reason: AwaitReason.Delegation });
        Assert.True(wait > steps.FindIndex(static step => step is UnshareStep));
        Assert.Equal(("/sys/fs/cgroup/c1/a/b", "/annotations/run.oci.delegate-cgroup"), steps[wait + 1] is DelegateStep step ? (step.Directory, step.SpecPointer) : default);
        foreach (CreatePlanInput none in (CreatePlanInput[])[input with { InnerCgroups = new("/a", "") }, input with { CgroupPaths = new Dictionary<string, string> { ["memory"] = "/m" } }])
            Assert.DoesNotContain(Planner.PlanCreate(none).Steps, static step => step is DelegateStep or AwaitStep);
    }

    [Theory]
    [InlineData(null, "context=label")]
    [InlineData("context", "context=label")]
    [InlineData("fscontext", "fscontext=label")]
    [InlineData("defcontext", "defcontext=label")]
    [InlineData("rootcontext", "rootcontext=label")]
    public void TheLabelOfMountsHasItsOption(string? type, string option)
    {
        CreatePlanInput input = type is null ? Input() : Input(("run.oci.mount_context_type", type));
        input.Spec.Linux!.MountLabel = "label";
        Assert.Equal(option, Planner.PlanCreate(input).Steps.OfType<MountStep>().Single(static step => step.Target == "/dev/shm").Data[^1]);
    }

    [Fact]
    public void AnotherKindOfLabelIsRefused()
    {
        CreatePlanInput input = Input(("run.oci.mount_context_type", "nocontext"));
        input.Spec.Linux!.MountLabel = "label";
        OciException e = Assert.Throws<OciException>(() => Planner.PlanCreate(input));
        Assert.Equal((OciErrorCode.InvalidSpec, "/annotations/run.oci.mount_context_type"), (e.Code, e.SpecPointer));
        Assert.EndsWith("\"nocontext\" is not one of context, fscontext, defcontext, rootcontext", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCallersGroupsStay()
    {
        Assert.Null(Plan(("run.oci.keep_original_groups", "1")).Steps.OfType<UserStep>().Single().Groups);
        Assert.Empty(Plan().Steps.OfType<UserStep>().Single().Groups!);
    }

    [Fact]
    public void WhatHooksPrintGoesToItsFile()
    {
        CreatePlanInput input = Input(("run.oci.hooks.stdout", "log/out"), ("run.oci.hooks.stderr", "/var/err"));
        input.Spec.Hooks = new() { CreateContainer = [new() { Path = "/h" }], StartContainer = [new() { Path = "/h" }] };
        Assert.Equal(
            Enumerable.Repeat((new PathFd("/bundle/log/out", PlanFdAccess.Append), new PathFd("/var/err", PlanFdAccess.Append)), 2),
            Planner.PlanCreate(input).Steps.OfType<HookStep>().Select(static step => ((PathFd)step.Stdout!, (PathFd)step.Stderr!)));
    }

    /// <summary>One instruction: BPF_RET with SECCOMP_RET_ALLOW.</summary>
    [Fact]
    public void AReadyFilterTakesThePlaceOfTheRules()
    {
        CreatePlanInput input = Input((Bpf, "BgAAAAAA/38="));
        SeccompStep step = Planner.PlanCreate(input).Steps.OfType<SeccompStep>().Single();
        Assert.Equal([6, 0, 0, 0, 0, 0, 0xff, 0x7f], step.Filter.ToArray());
        Assert.Equal((0u, BpfPointer), (step.Flags, step.SpecPointer));
        // The flags are those of linux.seccomp (seccomp(2)): LOG is bit 1, and waiting killably, bit 5, is for a listener.
        input.Spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ERRNO", Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"] };
        Assert.Equal((2u, false), Program(input.Spec));
        input.Spec.Linux.Seccomp.ListenerPath = string.Empty;
        Assert.Equal((2u, false), Program(input.Spec));
        input.Spec.Linux.Seccomp.ListenerPath = "/run/listener";
        Assert.Equal((2u | 8 | 32, true), Program(input.Spec));
        Assert.Equal((2u | 8 | 32, 8), Planner.PlanCreate(input).Steps.OfType<SeccompStep>().Select(static step => (step.Flags, step.Filter.Length)).Single());
        Assert.Null(SeccompBpfData.Of(PlanInputs.DefaultSpec()));
        Assert.Equal((0u, false), Program(new() { Annotations = new Dictionary<string, string> { [Bpf] = "BgAAAAAA/38=" } }));
    }

    /// <summary>struct sock_filter has 8 bytes; a program has 1 to BPF_MAXINSNS, 4096, of them (linux/bpf_common.h).</summary>
    [Theory]
    [InlineData(8, null)]
    [InlineData(16, null)]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(9, 9)]
    [InlineData(4096 * 8, null)]
    [InlineData((4096 * 8) + 8, (4096 * 8) + 8)]
    [InlineData(4097, 4097)]
    public void AProgramHasItsSize(int bytes, int? refused)
    {
        OciSpec spec = Input((Bpf, Convert.ToBase64String(new byte[bytes]))).Spec;
        if (refused is null)
        {
            Assert.Equal(bytes, SeccompBpfData.Of(spec)!.Filter.Length);
            return;
        }
        OciException e = Assert.Throws<OciException>(() => SeccompBpfData.Of(spec));
        Assert.Equal((OciErrorCode.InvalidSpec, BpfPointer), (e.Code, e.SpecPointer));
        Assert.Equal($"{BpfPointer}: {refused} bytes are not a program: one has 1 to 4096 instructions of 8 bytes", e.Message);
    }

    [Fact]
    public void AProgramIsBase64()
    {
        OciException e = Assert.Throws<OciException>(() => Plan((Bpf, "not base64!")));
        Assert.Equal((OciErrorCode.InvalidSpec, BpfPointer, $"{BpfPointer}: the program is not base64"), (e.Code, e.SpecPointer, e.Message));
    }

    private static (uint Flags, bool Listener) Program(OciSpec spec) => (SeccompBpfData.Of(spec)!.Flags, SeccompBpfData.Of(spec)!.NeedsListener);

    private static LaunchPlan Plan(params (string Name, string Value)[] annotations) => Planner.PlanCreate(Input(annotations));

    private static CreatePlanInput Input(params (string Name, string Value)[] annotations)
    {
        CreatePlanInput input = PlanInputs.Unified();
        input.Spec.Annotations = annotations.ToDictionary(static one => one.Name, static one => one.Value);
        return input;
    }
}
