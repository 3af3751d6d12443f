using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>process.</summary>
internal static class ProcessRules
{

    public static void Check(OciProcess process, string at, SpecProblems problems)
    {
        problems.AbsolutePath(at + "/cwd", process.Cwd);
        if (process.Args is not { Count: > 0 } args)
            problems.Add(at + "/args", "must not be empty");
        else
            for (int i = 0; i < args.Count; i++)
                problems.NoNul(SpecPointer.Item(at + "/args", i), args[i]);
        problems.Environment(at + "/env", process.Env);
        if (process.OomScoreAdj is < -1000 or > 1000)
            problems.Add(at + "/oomScoreAdj", $"must be between -1000 and 1000, found {process.OomScoreAdj}");
        User(process.User, at + "/user", problems);
        if (process.User?.Umask is > 0x1FF)
            problems.Add(at + "/user/umask", $"must be between 0 and 511 (octal 777), found {process.User.Umask}");
        // struct winsize has 16 bits each.
        if (process is { Terminal: true, ConsoleSize: { } size } && (size.Height > ushort.MaxValue || size.Width > ushort.MaxValue))
            problems.Add(at + "/consoleSize", $"height and width must be at most 65535, found {size.Height} and {size.Width}");
        Capabilities(process.Capabilities, at + "/capabilities", problems);
        Rlimits(process.Rlimits, at + "/rlimits", problems);
        Scheduler(process.Scheduler, at + "/scheduler", problems);
        if (process.IOPriority is { } io)
        {
            problems.OneOf(at + "/ioPriority/class", "I/O class", io.Class, IoPriorityNames.Classes);
            if (io.Priority is < 0 or > 7)
                problems.Add(at + "/ioPriority/priority", $"must be between 0 and 7, found {io.Priority}");
        }
        CpuList.CheckNumbers(at + "/execCPUAffinity/initial", process.ExecCPUAffinity?.Initial, CpuList.MaxCpu, problems);
        CpuList.CheckNumbers(at + "/execCPUAffinity/final", process.ExecCPUAffinity?.Final, CpuList.MaxCpu, problems);
    }

    // To setresuid(2), (uid_t)-1 means "no change": the process would stay root.
    private static void User(OciUser? user, string at, SpecProblems problems)
    {
        if (user is null)
            return;
        problems.Id(at + "/uid", user.Uid);
        problems.Id(at + "/gid", user.Gid);
        for (int i = 0; i < user.AdditionalGids?.Count; i++)
            problems.Id(SpecPointer.Item(at + "/additionalGids", i), user.AdditionalGids[i]);
    }

    private static void Capabilities(OciCapabilities? sets, string at, SpecProblems problems)
    {
        if (sets is null)
            return;
        // capset(2) would refuse that.
        if ((CapabilityNames.Set(sets.Effective, null) & ~CapabilityNames.Set(sets.Permitted, null)) is > 0 and ulong missing)
            problems.Add(at + "/effective", $"{CapabilityNames.All[System.Numerics.BitOperations.TrailingZeroCount(missing)]} is not in permitted");
    }

    private static void Rlimits(List<OciRlimit>? limits, string at, SpecProblems problems)
    {
        uint seen = 0;
        for (int i = 0; i < limits?.Count; i++)
        {
            OciRlimit limit = limits[i];
            string pointer = SpecPointer.Item(at, i);
            if (!RlimitNames.TryGetNumber(limit.Type, out int number))
            {
                problems.Add(pointer + "/type", $"unknown rlimit \"{limit.Type}\"", NearestName.Hint(limit.Type ?? string.Empty, RlimitNames.All));
                continue;
            }
            if ((seen & (1u << number)) != 0)
                problems.Add(pointer + "/type", $"{limit.Type} is given twice");
            seen |= 1u << number;
            if (limit.Soft > limit.Hard)
                problems.Add(pointer + "/soft", $"must not be above the hard limit {limit.Hard}, found {limit.Soft}");
        }
    }

    private static void Scheduler(OciScheduler? scheduler, string at, SpecProblems problems)
    {
        if (scheduler is null)
            return;
        problems.OneOf(at + "/policy", "scheduling policy", scheduler.Policy, SchedulerNames.Policies);
        for (int i = 0; i < scheduler.Flags?.Count; i++)
            problems.OneOf(SpecPointer.Item(at + "/flags", i), "scheduler flag", scheduler.Flags[i], SchedulerNames.Flags);
        if (scheduler.Policy is "SCHED_OTHER" or "SCHED_BATCH" && scheduler.Nice is < -20 or > 19)
            problems.Add(at + "/nice", $"must be between -20 and 19, found {scheduler.Nice}");
        bool realtime = scheduler.Policy is "SCHED_FIFO" or "SCHED_RR";
        if (!realtime && scheduler.Priority is not (null or 0))
            problems.Add(at + "/priority", $"only SCHED_FIFO and SCHED_RR have a priority, not {scheduler.Policy}");
        if (scheduler.Policy != "SCHED_DEADLINE" && (scheduler.Runtime is > 0 || scheduler.Deadline is > 0 || scheduler.Period is > 0))
            problems.Add(at, $"only SCHED_DEADLINE has runtime, deadline and period, not {scheduler.Policy}");
    }
}
