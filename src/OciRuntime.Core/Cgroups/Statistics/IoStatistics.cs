using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>I/O of a cgroup and all below it on block devices, as the tables of v1's blkio controller; v2 fills only the first two.</summary>
public sealed record IoStatistics
{
    /// <summary>Bytes transferred.</summary>
    public IReadOnlyList<IoEntry> ServiceBytes { get; init; } = [];

    /// <summary>Number of operations.</summary>
    public IReadOnlyList<IoEntry> Serviced { get; init; } = [];

    /// <summary>Operations in the queue.</summary>
    public IReadOnlyList<IoEntry> Queued { get; init; } = [];

    /// <summary>Nanoseconds that the device took for operations.</summary>
    public IReadOnlyList<IoEntry> ServiceTime { get; init; } = [];

    /// <summary>Nanoseconds that operations waited in the queue.</summary>
    public IReadOnlyList<IoEntry> WaitTime { get; init; } = [];

    /// <summary>Operations that were merged with others.</summary>
    public IReadOnlyList<IoEntry> Merged { get; init; } = [];

    /// <summary>Milliseconds of device time.</summary>
    public IReadOnlyList<IoEntry> Time { get; init; } = [];

    /// <summary>Sectors transferred.</summary>
    public IReadOnlyList<IoEntry> Sectors { get; init; } = [];

    /// <summary>How long processes waited for devices; null without PSI.</summary>
    public PressureStall? Pressure { get; init; }

    /// <summary>Bytes of one kind of operation, over all devices.</summary>
    /// <param name="operation">"Read" or "Write".</param>
    public ulong Bytes(string operation) => Sum(ServiceBytes, operation);

    /// <summary>Number of operations of one kind, over all devices.</summary>
    /// <param name="operation">"Read" or "Write".</param>
    public ulong Operations(string operation) => Sum(Serviced, operation);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes("Read")} bytes read, {Bytes("Write")} written");

    internal static IoStatistics? ReadV2(string directory)
    {
        PressureStall? pressure = PressureStall.Read(directory + "/io.pressure");
        if (TextFile.TryRead(directory + "/io.stat") is not { } text)
            return pressure is null ? null : new() { Pressure = pressure };
        var bytes = new List<IoEntry>();
        var operations = new List<IoEntry>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !TryDevice(words[0], out ulong major, out ulong minor))
                continue;
            foreach (string word in words.AsSpan(1))
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0 || StatisticFile.Parse(word.AsSpan(equals + 1)) is not { } value)
                    continue;
                (List<IoEntry>? table, string operation) = word[..equals] switch
                {
                    "rbytes" => (bytes, "Read"),
                    "wbytes" => (bytes, "Write"),
                    "rios" => (operations, "Read"),
                    "wios" => (operations, "Write"),
                    _ => ((List<IoEntry>?)null, string.Empty),
                };
                table?.Add(new(major, minor, operation, value));
            }
        }
        return new() { ServiceBytes = bytes, Serviced = operations, Pressure = pressure };
    }

    // The files depend on the I/O scheduler: BFQ's own, those of kernels before 5.0, and those of the throttling layer, which always counts.
    internal static IoStatistics ReadV1(string directory, string? unified)
    {
        string prefix = directory + (Table(directory + "/blkio.bfq.io_serviced_recursive").Count > 0 ? "/blkio.bfq." : "/blkio.");
        var statistics = new IoStatistics
        {
            ServiceBytes = Table(prefix + "io_service_bytes_recursive"),
            Serviced = Table(prefix + "io_serviced_recursive"),
            Queued = Table(prefix + "io_queued_recursive"),
            ServiceTime = Table(prefix + "io_service_time_recursive"),
            WaitTime = Table(prefix + "io_wait_time_recursive"),
            Merged = Table(prefix + "io_merged_recursive"),
            Time = Table(prefix + "time_recursive"),
            Sectors = Table(prefix + "sectors_recursive"),
            Pressure = unified is null ? null : PressureStall.Read(unified + "/io.pressure"),
        };
        if (statistics.Serviced.Count > 0)
            return statistics;
        string suffix = Inode.Exists(directory + "/blkio.throttle.io_serviced_recursive") ? "_recursive" : string.Empty;
        return statistics with
        {
            ServiceBytes = Table(directory + "/blkio.throttle.io_service_bytes" + suffix),
            Serviced = Table(directory + "/blkio.throttle.io_serviced" + suffix),
        };
    }

    // Lines "8:0 Read 4096", or "8:0 4096" without the kind of operation, and a last line "Total 4096".
    private static List<IoEntry> Table(string path)
    {
        var entries = new List<IoEntry>();
        foreach (string line in (TextFile.TryRead(path) ?? string.Empty).Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && TryDevice(words[0], out ulong major, out ulong minor) && StatisticFile.Parse(words[^1]) is { } value)
                entries.Add(new(major, minor, words.Length > 2 ? words[1] : string.Empty, value));
        }
        return entries;
    }

    private static bool TryDevice(string text, out ulong major, out ulong minor)
    {
        minor = 0;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return ulong.TryParse(text.AsSpan(0, Math.Max(colon, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && ulong.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }

    private static ulong Sum(IReadOnlyList<IoEntry> table, string operation)
    {
        ulong sum = 0;
        foreach (IoEntry entry in table)
            sum += entry.Operation == operation ? entry.Value : 0;
        return sum;
    }
}

/// <summary>A value of one device.</summary>
/// <param name="Major">Its major number.</param>
/// <param name="Minor">Its minor number.</param>
/// <param name="Operation">Read, Write, Sync, Async, Discard or Total; empty where the kinds of operations are not counted separately.</param>
/// <param name="Value">The value.</param>
public readonly record struct IoEntry(ulong Major, ulong Minor, string Operation, ulong Value);
