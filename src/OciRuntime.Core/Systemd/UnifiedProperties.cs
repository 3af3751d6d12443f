using System.Globalization;

namespace OciRuntime.Core.Systemd;

/// <summary>linux.resources.unified as unit properties: v2's files by name, with the text to write to each (cgroup-v2).</summary>
internal static class UnifiedProperties
{
    /// <summary>cpu.idle is set.</summary>
    internal static bool IsIdle(Dictionary<string, string>? files) => files?.GetValueOrDefault("cpu.idle")?.Split('\n').Contains("1") == true;

    /// <summary>Adds the files that systemd has a property for.</summary>
    /// <param name="list">The list to add to.</param>
    /// <param name="files">Text by file; some files take one line per write (io.max).</param>
    /// <param name="idle">The cgroup is idle, so a weight is ignored.</param>
    internal static void Add(PropertyList list, Dictionary<string, string>? files, bool idle)
    {
        foreach ((string file, string text) in files ?? [])
        {
            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Add(list, file, line.Trim(), idle);
        }
    }

    private static void Add(PropertyList list, string file, string value, bool idle)
    {
        switch (file)
        {
            case "memory.max": Limit(list, "MemoryMax", value); break;
            case "memory.high": Limit(list, "MemoryHigh", value); break;
            case "memory.low": Limit(list, "MemoryLow", value); break;
            case "memory.min": Limit(list, "MemoryMin", value); break;
            case "memory.swap.max": Limit(list, "MemorySwapMax", value); break;
            case "pids.max": Limit(list, "TasksMax", value); break;
            case "cpu.weight" when !idle: Limit(list, "CPUWeight", value); break;
            case "cpu.max": Bandwidth(list, value); break;
            case "cpuset.cpus": list.Numbers("AllowedCPUs", value); break;
            case "cpuset.mems": list.Numbers("AllowedMemoryNodes", value); break;
            case "io.weight": Weight(list, value); break;
            case "io.max": Throttles(list, value); break;
            default: break;
        }
    }

    private static void Limit(PropertyList list, string name, string value)
    {
        if (Number(value) is { } number)
            list.Add(name, number);
    }

    // "QUOTA PERIOD" or "QUOTA"
    private static void Bandwidth(PropertyList list, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 1 or 2 && Number(words[0]) is { } quota)
            list.Bandwidth(quota, words.Length == 2 ? Number(words[1]) is { } period and > 0 ? period : PropertyList.DefaultPeriod : null);
    }

    // "default 100", "100" or "8:0 100"
    private static void Weight(PropertyList list, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["default", _] or [_])
            Limit(list, "IOWeight", words[^1]);
        else
            Device(list, "IODeviceWeight", value);
    }

    // "8:0 rbps=1000 wiops=max"
    private static void Throttles(PropertyList list, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in words.Skip(1))
        {
            string? name = word.Split('=')[0] switch
            {
                "rbps" => "IOReadBandwidthMax",
                "wbps" => "IOWriteBandwidthMax",
                "riops" => "IOReadIOPSMax",
                "wiops" => "IOWriteIOPSMax",
                _ => null,
            };
            if (name is not null)
                Device(list, name, $"{words[0]} {word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]}");
        }
    }

    private static void Device(PropertyList list, string name, string value)
    {
        if (value.Split(' ') is [string numbers, string text] && Number(text) is { } number)
            list.Device(name, numbers, number);
    }

    // In the format of the kernel's memparse(): K, M, G, T. A negative value or "max" is no limit. Null: only the kernel can parse it.
    private static ulong? Number(string text)
    {
        if (text is "max" || text.StartsWith('-'))
            return UnitProperty.Infinity;
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= ulong.MaxValue >> shift ? number << shift : null;
    }
}
