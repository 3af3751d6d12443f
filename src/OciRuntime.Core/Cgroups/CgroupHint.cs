using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Why the kernel refuses a value of a cgroup's file: it has one errno for many reasons.</summary>
internal static class CgroupHint
{
    /// <param name="directory">The cgroup.</param>
    /// <param name="write">What was written.</param>
    /// <param name="errno">What the kernel said.</param>
    internal static string? For(string directory, CgroupWrite write, int errno) => (write.File, errno) switch
    {
        ("cpuset.cpus" or "cpuset.mems", Errno.EACCES or Errno.EINVAL or Errno.ERANGE) => $"the cgroup above has {Above(directory, write.File)}, and an exclusive cpuset beside this one is not shared",
        ("cpuset.cpus" or "cpuset.mems", Errno.ENOSPC) => "there are processes in the cgroup, and this would leave them none",
        ("cpu.cfs_burst_us" or "cpu.max.burst" or "cpu.max", Errno.EINVAL) => "the burst can't be above the quota",
        ("cpu.cfs_quota_us" or "cpu.cfs_period_us", Errno.EINVAL) => $"the burst can't be above the quota, nor quota by period above that of the cgroup above ({Above(directory, "cpu.cfs_quota_us")} by {Above(directory, "cpu.cfs_period_us")})",
        ("cpu.shares" or "cpu.weight", Errno.EINVAL) => "a cgroup that is idle (cpu.idle) has no weight",
        ("cpu.rt_runtime_us" or "cpu.rt_period_us", Errno.EINVAL or Errno.EBUSY) => $"every cgroup above must have realtime for it; the one above has {Above(directory, "cpu.rt_runtime_us")} us in {Above(directory, "cpu.rt_period_us")}",
        ("memory.memsw.limit_in_bytes", Errno.EINVAL) => $"memory.swap counts memory and swap together and can't be below memory.limit, which is {Own(directory, "memory.limit_in_bytes")}: set both",
        ("memory.limit_in_bytes", Errno.EINVAL) => $"memory.limit can't be above memory.swap, which counts memory and swap together and is {Own(directory, "memory.memsw.limit_in_bytes")}: set both",
        ("devices.deny" or "devices.allow", Errno.EINVAL) when CgroupDirectory.Children(directory).Length > 0 => "the cgroup has others below, and the kernel changes the default of a v1 devices cgroup only while it has none: remove them, or use another linux.cgroupsPath",
        (_, Errno.ENODEV) => "no device has these numbers, or it is a partition: limits are those of whole disks",
        _ => null,
    };

    // PAGE_COUNTER_MAX, in pages of 4 KiB and of 64 KiB: no limit.
    private static string Own(string directory, string file) => TextFile.TryReadForMessage(directory + "/" + file) switch
    {
        null => "not there",
        "9223372036854771712" or "9223372036854710272" => "not set",
        string value => value,
    };

    private static string Above(string directory, string file) => Own(directory[..directory.LastIndexOf('/')], file);
}
