using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Values of cgroup files from before they are written, so that they can be restored.</summary>
internal sealed class FormerValues
{
    // Files with one line for each device (or class), and the value of a device that has no line.
    private static readonly Dictionary<string, string> s_unset = new(StringComparer.Ordinal)
    {
        ["io.max"] = "rbps=max wbps=max riops=max wiops=max",
        ["io.latency"] = "target=0",
        ["io.weight"] = "default",
        ["io.bfq.weight"] = "default",
        ["blkio.weight_device"] = "default",
        ["blkio.leaf_weight_device"] = "default",
        ["blkio.bfq.weight_device"] = "default",
        ["blkio.throttle.read_bps_device"] = "0",
        ["blkio.throttle.write_bps_device"] = "0",
        ["blkio.throttle.read_iops_device"] = "0",
        ["blkio.throttle.write_iops_device"] = "0",
        ["net_prio.ifpriomap"] = "0",
        ["rdma.max"] = "hca_handle=max hca_object=max",
        ["misc.max"] = "max",
        ["dmem.max"] = "max",
    };

    private readonly List<(string File, string Value)> _values = [];

    /// <summary>The file has a line for each device, class or interface.</summary>
    internal static bool HasLines(string file) => s_unset.ContainsKey(file);

    /// <summary>Reads the values that the writes will change; a missing file has none to restore.</summary>
    /// <param name="writes">The writes, apart from device rules: see <see cref="DeviceAccessList"/>.</param>
    /// <param name="directory">The directory of a write's controller; throws where there is none.</param>
    internal void Add(IEnumerable<CgroupWrite> writes, Func<CgroupWrite, string> directory)
    {
        foreach (CgroupWrite write in writes)
        {
            string place = directory(write);
            Add(place, write);
            if (write.Otherwise is { } other)
                Add(place, other);
            // A cgroup that is no longer idle gets the default weight (sched_group_set_idle() of the kernel).
            if (write.File == "cpu.idle" && !Add(place, write with { File = "cpu.weight" }))
                Add(place, write with { File = "cpu.shares" });
        }
    }

    /// <summary>Writes the values back.</summary>
    /// <returns>Files that did not take their value.</returns>
    internal List<string> Restore()
    {
        // Values that depend on each other can't be set in one order for every state, so repeat while that helps.
        List<(string File, string Value)> left = _values;
        for (int before = left.Count + 1; left.Count > 0 && left.Count < before;)
        {
            before = left.Count;
            // EOPNOTSUPP: the file does not apply to the device, so it had no value to restore.
            left = left.FindAll(static value => TextFile.TryWrite(value.File, value.Value) is not (0 or Errno.EOPNOTSUPP));
        }

        return left.ConvertAll(static value => value.File);
    }

    private bool Add(string directory, CgroupWrite write)
    {
        string file = directory + "/" + write.File;
        if (TextFile.TryRead(file)?.TrimEnd('\n') is not { } text)
            return false;
        string value = Former(write, text);
        if (!_values.Contains((file, value)))
            _values.Add((file, value));
        return true;
    }

    private static string Former(CgroupWrite write, string text)
    {
        if (write.File == "memory.oom_control")
            return text.Split('\n')[0].Split(' ')[^1]; // oom_kill_disable N
        if (!s_unset.TryGetValue(write.File, out string? unset))
            return text.Length == 0 ? "\n" : text; // an empty write does not reach the kernel
        string[] words = write.Value.Split(' ', 2);
        string key = (words.Length == 1 ? "default" : words[0]) + " ";
        return Array.Find(text.Split('\n'), line => line.StartsWith(key, StringComparison.Ordinal)) ?? key + unset;
    }
}
