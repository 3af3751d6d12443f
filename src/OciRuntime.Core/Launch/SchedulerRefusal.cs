using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Launch;

/// <summary>Why the kernel refused a process.scheduler: sched_setattr(2) has one errno for many reasons (sched(7); kernel/sched/deadline.c, __checkparam_dl).</summary>
internal static class SchedulerRefusal
{
    private const ulong ClampFlags = 0x60;
    private const ulong LeastRuntime = 1024;

    public static string? Explain(SchedulerStep step, int errno) => errno switch
    {
        Errno.EINVAL => Invalid(step),
        Errno.EBUSY when step.Policy == "SCHED_DEADLINE" =>
            "the CPUs do not have enough time left for SCHED_DEADLINE: the sum of runtime/period over all such tasks is limited by sched_rt_runtime_us/sched_rt_period_us in /proc/sys/kernel",
        Errno.EPERM when step.Policy == "SCHED_DEADLINE" => "SCHED_DEADLINE takes CAP_SYS_NICE, and a process that may run on every CPU, without an affinity or a cpuset",
        Errno.EPERM when step.Policy is "SCHED_FIFO" or "SCHED_RR" =>
            "realtime takes CAP_SYS_NICE or RLIMIT_RTPRIO, and on cgroup v1 a realtime budget: linux.resources.cpu.realtimeRuntime, which every parent cgroup must have too",
        Errno.EPERM or Errno.EACCES => "a lower nice value takes CAP_SYS_NICE or RLIMIT_NICE",
        Errno.EOPNOTSUPP when (step.Flags & ClampFlags) != 0 => "this kernel has no utilization clamping (CONFIG_UCLAMP_TASK)",
        _ => null,
    };

    private static string Invalid(SchedulerStep step) => step.Policy switch
    {
        "SCHED_ISO" => "Linux has no SCHED_ISO: its number is reserved but not implemented",
        "SCHED_FIFO" or "SCHED_RR" when step.Priority is < 1 or > 99 => $"the priority of {step.Policy} must be 1 to 99",
        "SCHED_DEADLINE" => Deadline(step.Runtime, step.Deadline, step.Period),
        _ => "a flag that this kernel does not know, or that does not go with the policy",
    };

    private static string Deadline(ulong runtime, ulong deadline, ulong period)
    {
        if (deadline == 0)
            return "SCHED_DEADLINE needs a deadline";
        if (runtime < LeastRuntime)
            return $"runtime is {runtime} ns; the minimum is {LeastRuntime}";
        if (deadline > long.MaxValue || period > long.MaxValue)
            return "deadline and period must be below 2^63 ns";
        if (runtime > deadline)
            return $"runtime, {runtime} ns, is more than deadline, {deadline} ns";
        if (period != 0 && deadline > period)
            return $"deadline, {deadline} ns, is more than period, {period} ns";
        ulong cycle = period == 0 ? deadline : period;
        ulong least = Limit("min", 100), most = Limit("max", 1 << 22);
        return cycle / 1000 < least || cycle / 1000 > most
            ? $"the period (or the deadline, if no period is given) is {cycle} ns; /proc/sys/kernel/sched_deadline_period_min_us and _max_us allow {least} to {most} us"
            : "a flag that this kernel does not know";
    }

    private static ulong Limit(string which, ulong otherwise) =>
        ulong.TryParse(TextFile.TryReadForMessage($"/proc/sys/kernel/sched_deadline_period_{which}_us"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong limit) ? limit : otherwise;
}
