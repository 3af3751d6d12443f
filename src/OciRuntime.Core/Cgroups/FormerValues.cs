using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>What files of cgroups hold before they are written, so that it can be put back.</summary>
internal sealed class FormerValues
{
    // Files with a line a device (or class), and what a line says of one that nothing was set for.
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

    /// <summary>Reads what the writes will change; a file that is not there has nothing to put back.</summary>
    /// <param name="writes">Device rules aside: see <see cref="DeviceAccessList"/>.</param>
    /// <param name="directory">The directory of a write's controller; throws where there is none.</param>
    internal void Add(IEnumerable<CgroupWrite> writes, Func<CgroupWrite, string> directory)
    {
        foreach (CgroupWrite write in writes)
        {
            string place = directory(write);
            Add(place, write);
            if (write.Otherwise is { } other)
                Add(place, other);
            // Back from idle the weight would be the default one (sched_group_set_idle() of the kernel).
            if (write.File == "cpu.idle" && !Add(place, write with { File = "cpu.weight" }))
                Add(place, write with { File = "cpu.shares" });
        }
    }

    /// <summary>Writes all of it back.</summary>
    /// <returns>Files that did not take their value.</returns>
    internal List<string> Restore()
    {
        // Values that depend on each other can't be set in one order for every state: as often as it gets better.
        List<(string File, string Value)> left = _values;
        for (int before = left.Count + 1; left.Count > 0 && left.Count < before;)
        {
            before = left.Count;
            // Not supported: the file knows nothing of the device, so it had nothing to lose.
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
            return text.Length == 0 ? "\n" : text; // a write of nothing does not reach the kernel
        string[] words = write.Value.Split(' ', 2);
        string key = (words.Length == 1 ? "default" : words[0]) + " ";
        return Array.Find(text.Split('\n'), line => line.StartsWith(key, StringComparison.Ordinal)) ?? key + unset;
    }
}
