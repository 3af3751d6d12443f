using OciRuntime.Core.Observe;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Observe;

/// <summary>Statistics beyond the cgroup: network interfaces and resctrl.</summary>
public sealed class ObserveStatisticsTests
{
    [Fact]
    public void InterfacesButTheLoopback()
    {
        const string Text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
              eth0:    1000      10    1    2    0     0          0         0     2000      20    3    4    0     0       0          0

            """;
        Assert.Equal(
            [new NetworkStatistics { Name = "eth0", ReceivedBytes = 1000, ReceivedPackets = 10, ReceivedErrors = 1, ReceivedDropped = 2, SentBytes = 2000, SentPackets = 20, SentErrors = 3, SentDropped = 4 }],
            NetworkStatistics.Parse(Text));
    }

    [Fact]
    public void TheRuntimesOwnNamespaceIsNotTheContainers() => Assert.Null(NetworkStatistics.Read(Environment.ProcessId));

    [Fact]
    public void ResctrlTellsOfTheClassAndItsMonitoringGroup()
    {
        using var root = new TemporaryDirectory();
        void Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root[name])!);
            File.WriteAllText(root[name], text);
        }
        Write("schemata", "    L3:0=fffff;1=fffff\n    MB:0=100;1=100\n");
        Write("info/L3/cbm_mask", "fffff\n");
        Write("info/L3/min_cbm_bits", "1\n");
        Write("info/L3/num_closids", "16\n");
        Write("info/MB/bandwidth_gran", "10\n");
        Write("info/MB/delay_linear", "1\n");
        Write("info/MB/min_bandwidth", "10\n");
        Write("info/MB/num_closids", "8\n");
        Write("info/L3_MON/mon_features", "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n");
        Write("gold/schemata", "    L3:0=7f0;1=1f\n    MB:0=20;1=70\n");
        Write("gold/mon_groups/box/mon_data/mon_L3_00/llc_occupancy", "4096\n");
        Write("gold/mon_groups/box/mon_data/mon_L3_00/mbm_total_bytes", "200\n");
        Write("gold/mon_groups/box/mon_data/mon_L3_00/mbm_local_bytes", "150\n");
        ResctrlStatistics statistics = ResctrlStatistics.Read(root.Path, new ResctrlGroup(root["gold"], Made: false, root["gold/mon_groups/box"]));
        Assert.Equal(new CacheAllocation("fffff", 1, 16), statistics.L3);
        Assert.Equal(new BandwidthAllocation(10, 1, 10, 8), statistics.Bandwidth);
        Assert.Equal(("L3:0=fffff;1=fffff", "L3:0=7f0;1=1f"), (statistics.L3SchemaOfRoot, statistics.L3Schema));
        Assert.Equal(("MB:0=100;1=100", "MB:0=20;1=70"), (statistics.BandwidthSchemaOfRoot, statistics.BandwidthSchema));
        Assert.Equal(["L3:0=7f0;1=1f", "MB:0=20;1=70"], statistics.Schemata);
        Assert.Equal([new MemoryTraffic(200, 150)], statistics.Traffic!);
        Assert.Equal([4096ul], statistics.Occupancy!);
    }
}
