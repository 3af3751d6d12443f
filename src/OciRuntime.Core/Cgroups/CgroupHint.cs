using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Explains why the kernel refuses a value for a file of a cgroup: one errno has many reasons.</summary>
internal static class CgroupHint
{
    /// <param name="directory">The cgroup.</param>
    /// <param name="write">What was written.</param>
    /// <param name="errno">The error.</param>
    internal static string? For(string directory, CgroupWrite write, int errno) => (write.File, errno) switch
    {
        ("cpuset.cpus" or "cpuset.mems", Errno.EACCES or Errno.EINVAL or Errno.ERANGE) => $"the parent cgroup has {Above(directory, write.File)}, and those of an exclusive sibling cpuset can't be shared",
        ("cpuset.cpus" or "cpuset.mems", Errno.ENOSPC) => "the cgroup has processes, and this would leave them none",
        ("cpu.cfs_burst_us" or "cpu.max.burst" or "cpu.max", Errno.EINVAL) => "the burst can't be above the quota",
        ("cpu.cfs_quota_us" or "cpu.cfs_period_us", Errno.EINVAL) => $"the burst can't be above the quota, nor quota/period above that of the parent cgroup ({Above(directory, "cpu.cfs_quota_us")}/{Above(directory, "cpu.cfs_period_us")})",
        ("cpu.shares" or "cpu.weight", Errno.EINVAL) => "an idle cgroup (cpu.idle) has no weight",
        ("cpu.rt_runtime_us" or "cpu.rt_period_us", Errno.EINVAL or Errno.EBUSY) => $"all parent cgroups must have enough realtime; the nearest has {Above(directory, "cpu.rt_runtime_us")} us in {Above(directory, "cpu.rt_period_us")} us",
        ("memory.memsw.limit_in_bytes", Errno.EINVAL) => $"memory.swap counts memory and swap together and can't be below memory.limit, which is {Own(directory, "memory.limit_in_bytes")}: set both",
        ("memory.limit_in_bytes", Errno.EINVAL) => $"memory.limit can't be above memory.swap, which counts memory and swap together and is {Own(directory, "memory.memsw.limit_in_bytes")}: set both",
        ("devices.deny" or "devices.allow", Errno.EINVAL) when CgroupDirectory.Children(directory).Length > 0 => "the cgroup has child cgroups, and the kernel changes the default of a v1 devices cgroup only while it has none: remove them, or use another linux.cgroupsPath",
        (_, Errno.ENODEV) => "no device has these numbers, or it is a partition: only whole disks can be limited",
        _ => null,
    };

    // PAGE_COUNTER_MAX, which means no limit, with pages of 4 KiB and of 64 KiB.
    private static string Own(string directory, string file) => TextFile.TryReadForMessage(directory + "/" + file) switch
    {
        null => "unknown",
        "9223372036854771712" or "9223372036854710272" => "not set",
        string value => value,
    };

    private static string Above(string directory, string file) => Own(directory[..directory.LastIndexOf('/')], file);
}
