using System.Globalization;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>What the process may use: rlimits, oom_score_adj, scheduling, I/O priority, memory policy, personality.</summary>
internal static class ResourcePlanner
{
    private static readonly string[] Policies =
        ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    private static readonly string[] SchedulerFlags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

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
    /// entering a user namespace: then they are set before, unless a supervisor, which must not have them, would inherit them too.
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
            if (!RlimitNames.TryGetNumber(limits[i].Type, out int resource))
                continue;
            plan.Add(new RlimitStep
            {
                Type = limits[i].Type,
                Resource = resource,
                Soft = limits[i].Soft,
                Hard = limits[i].Hard,
                SpecPointer = $"/process/rlimits/{i}",
            });
        }
    }

    /// <summary>A CPU list as a step, or null for none.</summary>
    public static AffinityStep? Affinity(string? cpus, string pointer) => string.IsNullOrEmpty(cpus)
        ? null
        : new AffinityStep { Cpus = cpus, Mask = ListMask(cpus, 65536, "CPU", pointer), SpecPointer = pointer };

    private static SchedulerStep Scheduler(OciScheduler scheduler)
    {
        ulong flags = 0;
        for (int i = 0; i < (scheduler.Flags?.Count ?? 0); i++)
            flags |= 1ul << Array.IndexOf(SchedulerFlags, scheduler.Flags![i]);
        return new SchedulerStep
        {
            Policy = scheduler.Policy,
            PolicyNumber = (uint)Array.IndexOf(Policies, scheduler.Policy),
            Flags = flags,
            Nice = scheduler.Nice ?? 0,
            Priority = (uint)(scheduler.Priority ?? 0),
            Runtime = scheduler.Runtime ?? 0,
            Deadline = scheduler.Deadline ?? 0,
            Period = scheduler.Period ?? 0,
            SpecPointer = "/process/scheduler",
        };
    }

    private static IoPriorityStep IoPriority(OciIOPriority priority)
    {
        uint number = priority.Class switch
        {
            "IOPRIO_CLASS_RT" => 1,
            "IOPRIO_CLASS_BE" => 2,
            _ => 3,
        };
        return new IoPriorityStep { Class = priority.Class, Value = (number << 13) | (uint)priority.Priority, SpecPointer = "/process/ioPriority" };
    }

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
            Mask = policy.Nodes.Length == 0 ? ReadOnlyMemory<byte>.Empty : ListMask(policy.Nodes, 1024, "node", "/linux/memoryPolicy/nodes"),
            SpecPointer = "/linux/memoryPolicy",
        };
    }

    // cpuset(7) "List format", as a bit mask in 64-bit words.
    private static byte[] ListMask(string list, int limit, string what, string pointer)
    {
        byte[] mask = new byte[8];
        foreach (Range range in list.AsSpan().Split(','))
        {
            ReadOnlySpan<char> part = list.AsSpan(range).Trim();
            if (part.IsEmpty)
                continue;
            int dash = part.IndexOf('-');
            if (!int.TryParse(dash < 0 ? part : part[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(dash < 0 ? part : part[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || first > last || last >= limit)
            {
                throw PlanBuilder.Invalid(pointer, $"\"{part}\" is not a {what} or a range of them", "such as 0-3,7");
            }
            if (last / 8 >= mask.Length)
                Array.Resize(ref mask, ((last / 64) + 1) * 8);
            for (int i = first; i <= last; i++)
                mask[i / 8] |= (byte)(1 << (i % 8));
        }
        return mask;
    }
}
