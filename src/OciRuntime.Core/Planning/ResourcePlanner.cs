using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Planning;

/// <summary>What the process may use: rlimits, oom_score_adj, scheduling, I/O priority, memory policy, personality.</summary>
internal static class ResourcePlanner
{
    // As many CPUs as a kernel can be built for.
    private static readonly ReadOnlyMemory<byte> s_allCpus = FullMask();

    /// <summary>Scheduling, I/O priority, personality and memory policy.</summary>
    public static void AddScheduling(PlanBuilder plan, OciProcess process)
    {
        if (process.Scheduler is { } scheduler)
            plan.Add(Scheduler(scheduler));
        if (process.IOPriority is { } priority)
            plan.Add(IoPriority(priority));
        if (plan.Linux.Personality is { } personality)
            AddPersonality(plan, personality);
        if (plan.Linux.MemoryPolicy is { } policy)
            plan.Add(MemoryPolicy(policy));
    }

    /// <summary>
    /// Limits of the process. Raising a hard limit or lowering oom_score_adj takes CAP_SYS_RESOURCE over the host, which is gone after
    /// entering a user namespace: then they are set before that, after the fork of the supervisor, which must not inherit them.
    /// </summary>
    public static void AddLimits(PlanBuilder plan, OciProcess process)
    {
        if (process.OomScoreAdj is { } score)
        {
            plan.Add(new OomScoreStep { Score = score, WarnOnly = plan.Input.Host.Rootless, SpecPointer = "/process/oomScoreAdj" });
        }
        List<OciRlimit> limits = process.Rlimits ?? [];
        for (int i = 0; i < limits.Count; i++)
        {
            plan.Add(new RlimitStep
            {
                Type = limits[i].Type,
                Resource = RlimitNames.Number(limits[i].Type),
                Soft = limits[i].Soft,
                Hard = limits[i].Hard,
                SpecPointer = $"/process/rlimits/{i}",
            });
        }
    }

    /// <summary>
    /// The caller's limit of open files, for a configuration that has none. It is set late, because steps open files too, which needs no privilege: the hard
    /// limit does not rise.
    /// </summary>
    public static void AddFileLimit(PlanBuilder plan, OciProcess process)
    {
        const string type = "RLIMIT_NOFILE";
        if (plan.Input.FileLimit is not { } limit || process.Rlimits?.Exists(static item => item.Type == type) == true)
            return;
        plan.Add(new RlimitStep { Type = type, Resource = RlimitNames.Number(type), Soft = limit.Soft, Hard = limit.Hard });
    }

    /// <summary>A CPU list as a step, or null for none.</summary>
    public static AffinityStep? Affinity(string? cpus, string pointer) => string.IsNullOrEmpty(cpus)
        ? null
        : new AffinityStep { Cpus = cpus, Mask = ListMask(cpus, CpuList.MaxCpu, pointer), SpecPointer = pointer };

    /// <summary>
    /// All CPUs of the cgroup. Since Linux 6.2 a process remembers the CPUs it was once limited to, as the runtime itself may have been, and
    /// keeps that limit in its cgroup; execCPUAffinity in config.md wants the CPUs of the cgroup.
    /// </summary>
    public static AffinityStep AffinityOfTheCgroup() => new() { Cpus = "all", Mask = s_allCpus, WarnOnly = true };

    private static SchedulerStep Scheduler(OciScheduler scheduler)
    {
        ulong flags = 0;
        for (int i = 0; i < (scheduler.Flags?.Count ?? 0); i++)
            flags |= 1ul << Array.IndexOf(SchedulerNames.Flags, scheduler.Flags![i]);
        return new SchedulerStep
        {
            Policy = scheduler.Policy,
            PolicyNumber = (uint)Array.IndexOf(SchedulerNames.Policies, scheduler.Policy),
            Flags = flags,
            Nice = scheduler.Nice ?? 0,
            Priority = (uint)(scheduler.Priority ?? 0),
            Runtime = scheduler.Runtime ?? 0,
            Deadline = scheduler.Deadline ?? 0,
            Period = scheduler.Period ?? 0,
            SpecPointer = "/process/scheduler",
        };
    }

    private static IoPriorityStep IoPriority(OciIOPriority priority) => new()
    {
        Class = priority.Class,
        Value = IoPriorityNames.Value(priority.Class, priority.Priority),
        SpecPointer = "/process/ioPriority",
    };

    private static void AddPersonality(PlanBuilder plan, OciPersonality personality)
    {
        if (personality.Flags is { Count: > 0 })
            plan.Warn("/linux/personality/flags: the runtime-spec defines none; they are ignored");
        plan.Add(new PersonalityStep { Domain = personality.Domain, Value = personality.Domain == "LINUX32" ? 8u : 0, SpecPointer = "/linux/personality" });
    }

    private static MemoryPolicyStep MemoryPolicy(OciMemoryPolicy policy)
    {
        uint flags = (uint)Array.IndexOf(MemoryPolicyNames.Modes, policy.Mode);
        for (int i = 0; i < (policy.Flags?.Count ?? 0); i++)
            flags |= MemoryPolicyNames.Bit(policy.Flags![i]);
        return new MemoryPolicyStep
        {
            Mode = policy.Mode,
            ModeFlags = flags,
            Nodes = policy.Nodes,
            Mask = policy.Nodes.Length == 0 ? ReadOnlyMemory<byte>.Empty : ListMask(policy.Nodes, CpuList.MaxNode, "/linux/memoryPolicy/nodes"),
            SpecPointer = "/linux/memoryPolicy",
        };
    }

    private static byte[] FullMask()
    {
        byte[] mask = new byte[8192 / 8];
        mask.AsSpan().Fill(byte.MaxValue);
        return mask;
    }

    private static byte[] ListMask(string list, int max, string pointer) =>
        CpuList.TryMask(list, max, out byte[]? mask) ? mask : throw PlanBuilder.Invalid(pointer, $"\"{list}\" is not a list of numbers and ranges", "such as 0-3,7");
}
