using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Everything that can be asked for, in the only order in which each step still may (docs/architecture.md); runs of one kind count once.</summary>
public sealed class WholePlanTests
{
    [Fact]
    public void ACreateInAUserNamespace()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.WithNamespace(PlanInputs.WithUserNamespace(Everything()), "cgroup"), "time");
        spec.Linux!.TimeOffsets = new Dictionary<string, OciTimeOffset> { ["boottime"] = new() { Secs = 5 } };
        PlanInputs.WithMount(spec, "/data", null, "/srv", "bind");
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Supervised = true, PreserveFds = [4], FileLimit = new(1, 2) });
        Assert.Equal(
            [
                "cgroup", "state", "supervise", "oom_score", "rlimit", "sources", "unshare", "await", "id_map", "become_root", "unshare", "time_offsets", "clone", "state", "join_cgroup", "unshare",
                "affinity", "setsid", "keyring", "loopback_up", "root_propagation", "open_root", "open_devnull", "mkdir", "await", "hook", "console", "await", "hook_state", "hook", "pivot_root",
                "root_readonly", "hostname", "domainname", "attr_exec", "sysctl", "readonly_path", "mask", "no_new_privs", "scheduler", "ioprio", "personality", "mempolicy", "attr_exec", "chdir",
                "cap_bounding", "user", "caps", "chdir", "lookup", "ready", "hook_state", "gate", "seccomp", "hook", "keep_fd", "exec", "hook",
            ],
            Names(plan));
        Assert.Equal("/mounts", plan.Steps.OfType<OpenSourcesStep>().Single().SpecPointer);
        Assert.Equal(0ul, (ulong)(plan.Steps.OfType<CloneStep>().Single().Flags & CloneBits.CLONE_PARENT));
        Assert.Equal([("exec apparmor", "/process/apparmorProfile"), ("selinux", "/process/selinuxLabel")], plan.Steps.OfType<AttrExecStep>().Select(static step => (step.Text, step.SpecPointer!)));
    }

    [Fact]
    public void ACreateWithoutOne()
    {
        OciSpec spec = Everything();
        (spec.Process!.Rlimits, spec.Process.NoNewPrivileges, spec.Process.User, spec.Hooks) = ([new() { Type = "RLIMIT_CPU", Soft = 1, Hard = 1 }], false, null, null);
        PlanInputs.WithMount(spec, "/data", null, "/srv", "bind");
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { NoNewKeyring = true, FileLimit = new(1, 2) });
        Assert.Equal(
            [
                "cgroup", "state", "clone", "state", "join_cgroup", "affinity", "setsid", "loopback_up", "root_propagation", "open_root", "open_devnull", "mkdir", "console", "pivot_root", "root_readonly",
                "hostname", "domainname", "attr_exec", "sysctl", "readonly_path", "mask", "scheduler", "ioprio", "personality", "mempolicy", "oom_score", "rlimit", "attr_exec", "seccomp", "chdir",
                "cap_bounding", "user", "caps", "lookup", "ready", "gate", "exec",
            ],
            Names(plan));
        // The caller's limit of open files comes when there is none in the configuration.
        Assert.Equal([("RLIMIT_CPU", 1ul, 1ul, "/process/rlimits/0"), ("RLIMIT_NOFILE", 1ul, 2ul, null)], plan.Steps.OfType<RlimitStep>().Select(static step => (step.Type, step.Soft, step.Hard, step.SpecPointer)));
    }

    [Fact]
    public void AnExecInAUserNamespace()
    {
        OciSpec spec = Everything();
        spec.Process!.ExecCPUAffinity = new() { Initial = "0", Final = "1" };
        LaunchPlan plan = Planner.PlanExec(PlanInputs.Exec(spec, spec.Process, CloneBits.CLONE_NEWUSER | CloneBits.CLONE_NEWNS | CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWCGROUP) with { PreserveFds = [4] });
        Assert.Equal(
            [
                "affinity", "oom_score", "rlimit", "join_ns", "become_root", "join_cgroup", "clone", "affinity", "setsid", "keyring", "open_root", "console", "attr_exec", "no_new_privs", "scheduler",
                "ioprio", "personality", "mempolicy", "attr_exec", "chdir", "cap_bounding", "user", "caps", "chdir", "lookup", "ready", "gate", "seccomp", "keep_fd", "exec",
            ],
            Names(plan));
        Assert.Equal(["/process/execCPUAffinity/initial", "/process/execCPUAffinity/final"], plan.Steps.OfType<AffinityStep>().Select(static step => step.SpecPointer));
        Assert.All(plan.Steps.OfType<ChdirStep>(), static step => Assert.False(step.Make));
        Assert.False(plan.Steps.OfType<KeyringStep>().Single().WidenSearch);
    }

    [Fact]
    public void AnExecBesideAnInitWithARootOfItsOwn()
    {
        OciSpec spec = Everything();
        (spec.Process!.Rlimits, spec.Process.NoNewPrivileges, spec.Process.Terminal, spec.Process.Cwd) = ([], false, false, "/");
        LaunchPlan plan = Planner.PlanExec(
            PlanInputs.Exec(spec, spec.Process, CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWCGROUP) with { Root = "/proc/7/root", FileLimit = new(1, 2), CgroupByRuntime = true, CgroupJoinFiles = [] });
        Assert.Equal(
            [
                "open_root", "join_ns", "pivot_root", "clone", "await", "move", "join_ns", "affinity", "setsid", "keyring", "open_root", "attr_exec", "scheduler", "ioprio", "personality", "mempolicy",
                "oom_score", "rlimit", "attr_exec", "seccomp", "chdir", "cap_bounding", "user", "caps", "lookup", "ready", "gate", "exec",
            ],
            Names(plan));
        AffinityStep all = plan.Steps.OfType<AffinityStep>().Single();
        // 8192 processors are as many as a kernel can be built for.
        Assert.Equal((true, 1024), (all.WarnOnly, all.Mask.Length));
        Assert.DoesNotContain(all.Mask.ToArray(), static bits => bits != 0xff);
    }

    private static OciSpec Everything()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        OciProcess process = spec.Process!;
        (process.Terminal, process.User, process.Cwd, process.OomScoreAdj) = (true, new() { Uid = 1 }, "/w", 5);
        (process.ApparmorProfile, process.SelinuxLabel) = ("apparmor", "selinux");
        (process.Scheduler, process.IOPriority) = (new() { Policy = "SCHED_BATCH" }, new() { Class = "IOPRIO_CLASS_BE", Priority = 1 });
        (spec.Linux!.Personality, spec.Linux.MemoryPolicy, spec.Linux.Seccomp) = (new() { Domain = "LINUX" }, new() { Mode = "MPOL_LOCAL" }, new() { DefaultAction = "SCMP_ACT_ALLOW" });
        spec.Linux.Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" };
        spec.Domainname = "domain";
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/h" }], CreateContainer = [new() { Path = "/h" }], StartContainer = [new() { Path = "/h" }], Poststart = [new() { Path = "/h" }] };
        return spec;
    }

    // Without what furnishes the root.
    private static IEnumerable<string> Names(LaunchPlan plan)
    {
        string? before = null;
        foreach (LaunchStep step in plan.Steps.Where(static step => step is not (TargetStep or SymlinkStep or MakeNodeStep)))
        {
            if (step.Name != before)
                yield return step.Name;
            before = step.Name;
        }
    }
}
