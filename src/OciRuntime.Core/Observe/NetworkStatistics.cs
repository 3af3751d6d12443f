using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Observe;

/// <summary>Counters of one network interface since its creation.</summary>
public sealed record NetworkStatistics
{
    /// <summary>Its name in the container.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes received.</summary>
    public ulong ReceivedBytes { get; init; }

    /// <summary>Packets received.</summary>
    public ulong ReceivedPackets { get; init; }

    /// <summary>Errors in receiving.</summary>
    public ulong ReceivedErrors { get; init; }

    /// <summary>Received packets that were dropped.</summary>
    public ulong ReceivedDropped { get; init; }

    /// <summary>Bytes sent.</summary>
    public ulong SentBytes { get; init; }

    /// <summary>Packets sent.</summary>
    public ulong SentPackets { get; init; }

    /// <summary>Errors in sending.</summary>
    public ulong SentErrors { get; init; }

    /// <summary>Sent packets that were dropped.</summary>
    public ulong SentDropped { get; init; }

    /// <summary>The interfaces of a process's network namespace except the loopback; null when the namespace is this process's own.</summary>
    /// <param name="pid">Host pid.</param>
    internal static List<NetworkStatistics>? Read(int pid)
    {
        string directory = "/proc/" + pid.ToString(CultureInfo.InvariantCulture);
        return Link(directory + "/ns/net") is { } own && own != Link("/proc/self/ns/net") && TextFile.TryRead(directory + "/net/dev") is { } text ? Parse(text) : null;
    }

    // Two heading lines, then "name: 8 numbers received, 8 sent" (proc_pid_net(5)).
    internal static List<NetworkStatistics> Parse(string text)
    {
        var interfaces = new List<NetworkStatistics>();
        foreach (string line in text.Split('\n').Skip(2))
        {
            int colon = line.LastIndexOf(':');
            if (colon < 0 || line[..colon].Trim() is var name && name == "lo")
                continue;
            List<ulong> row = Cgroups.Statistics.StatisticFile.Row(line[(colon + 1)..]);
            if (row.Count < 12)
                continue;
            interfaces.Add(new()
            {
                Name = name,
                ReceivedBytes = row[0],
                ReceivedPackets = row[1],
                ReceivedErrors = row[2],
                ReceivedDropped = row[3],
                SentBytes = row[8],
                SentPackets = row[9],
                SentErrors = row[10],
                SentDropped = row[11],
            });
        }
        return interfaces;
    }

    private static unsafe string? Link(string path)
    {
        byte* buffer = stackalloc byte[64];
        nint length = Libc.readlinkat(Libc.AT_FDCWD, path, buffer, 64);
        return length > 0 ? System.Text.Encoding.ASCII.GetString(buffer, (int)length) : null;
    }
}
