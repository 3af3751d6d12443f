using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Statistics from files as the kernel writes them, of both versions, and of machines that this one is not.</summary>
public sealed class StatisticsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void OfV2()
    {
        Write("cpu.stat", "usage_usec 3000\nuser_usec 1000\nsystem_usec 2000\nnr_periods 7\nnr_throttled 3\nthrottled_usec 50\n");
        Write("cpu.pressure", "some avg10=1.50 avg60=0.25 avg300=0.00 total=42\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
        Write("memory.current", "5000\n");
        Write("memory.peak", "9000\n");
        Write("memory.max", "10000\n");
        Write("memory.swap.current", "100\n");
        Write("memory.swap.max", "200\n");
        Write("memory.stat", "anon 1000\nfile 3000\ninactive_file 2500\n");
        Write("memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n");
        Write("pids.current", "4\n");
        Write("pids.max", "max\n");
        Write("io.stat", "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:1 \n");
        Write("rdma.current", "mlx4_0 hca_handle=2 hca_object=2000\n");
        Write("rdma.max", "mlx4_0 hca_handle=4 hca_object=max\n");
        CgroupStatistics all = Read(string.Empty);
        Assert.Equal((3000000ul, 1000000ul, 2000000ul, 7ul, 3ul, 50000ul), (all.Cpu!.Total, all.Cpu.User, all.Cpu.Kernel, all.Cpu.Periods, all.Cpu.ThrottledPeriods, all.Cpu.ThrottledTime));
        Assert.Equal(new PressureStall(new(1.5, 0.25, 0, 42), new(0, 0, 0, 7)), all.Cpu.Pressure);
        Assert.Equal((new MemoryCounter(5000, 9000, 10000, 0), new MemoryCounter(5100, 0, 10200, 0)), (all.Memory!.Usage, all.Memory.Swap));
        Assert.Equal((3000ul, 2500ul, 1ul, 1000ul), (all.Memory.Cache, all.Memory.WorkingSet, all.Memory.OomKills, all.Memory.Raw["anon"]));
        Assert.Null(all.Memory.Pressure);
        Assert.Equal(new PidsStatistics(4, null), all.Pids);
        Assert.Equal([new IoEntry(8, 0, "Read", 4096), new IoEntry(8, 0, "Write", 8192)], all.Io!.ServiceBytes);
        Assert.Equal((1ul, 2ul, 8192ul), (all.Io.Operations("Read"), all.Io.Operations("Write"), all.Io.Bytes("Write")));
        Assert.Equal([new RdmaStatistics("mlx4_0", 2, 2000, 4, null)], all.Rdma);
        Assert.Null(all.Cpuset);
    }

    [Fact]
    public void OfV2WithoutLimits()
    {
        Write("memory.current", "5000\n");
        Write("memory.max", "max\n");
        Write("memory.swap.current", "0\n");
        Write("memory.swap.max", "4096\n");
        MemoryStatistics memory = Read(string.Empty).Memory!;
        Assert.Equal((ulong.MaxValue, ulong.MaxValue), (memory.Usage.Limit, memory.Swap.Limit));
        Assert.Null(memory.Usage.ActualLimit);
    }

    [Fact]
    public void OfV2WithoutAccountingOfSwap()
    {
        Write("memory.current", "5000\n");
        Write("memory.max", "6000\n");
        Write("memory.peak", "5500\n");
        Assert.Equal(new MemoryCounter(5000, 0, 6000, 0), Read(string.Empty).Memory!.Swap);
    }

    [Fact]
    public void OfV2WithoutControllersOnlyWhatIsThere()
    {
        Write("cpu.stat", "usage_usec 5\n");
        Write("cgroup.procs", "1\n2\n3\n");
        CgroupStatistics all = Read(string.Empty);
        Assert.Equal(5000ul, all.Cpu!.Total);
        Assert.Equal(3ul, all.Pids!.Current);
        Assert.Null(all.Memory);
        Assert.Null(all.Io);
        Assert.Empty(all.HugePages);
    }

    [Fact]
    public void OfV1()
    {
        Write("cpuacct.usage", "3000\n");
        Write("cpuacct.stat", "user 2\nsystem 3\n");
        Write("cpuacct.usage_percpu", "1000 2000 \n");
        Write("cpuacct.usage_all", "cpu user system\n0 600 400\n1 1500 500\n");
        Write("cpu.stat", "nr_periods 7\nnr_throttled 3\nthrottled_time 50\n");
        Write("memory.stat", "cache 10\ntotal_inactive_file 30\n");
        Write("memory.usage_in_bytes", "100\n");
        Write("memory.max_usage_in_bytes", "200\n");
        Write("memory.limit_in_bytes", "9223372036854771712\n");
        Write("memory.failcnt", "6\n");
        Write("memory.memsw.usage_in_bytes", "120\n");
        Write("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
        Write("blkio.throttle.io_service_bytes_recursive", "8:0 Read 4096\n8:0 Total 4096\nTotal 4096\n");
        Write("blkio.throttle.io_serviced_recursive", "8:0 Read 1\nTotal 1\n");
        Write("blkio.throttle.io_serviced", "8:0 Read 99\n");
        Write("cpuset.cpus", "0-1,4\n");
        Write("cpuset.mems", "0\n");
        Write("cpuset.sched_load_balance", "1\n");
        Write("cpuset.sched_relax_domain_level", "-1\n");
        CgroupStatistics all = Read("cpu", "cpuacct", "memory", "blkio", "cpuset");
        Assert.Equal((3000ul, 20000000ul, 30000000ul, 50ul), (all.Cpu!.Total, all.Cpu.User, all.Cpu.Kernel, all.Cpu.ThrottledTime));
        Assert.Equal([1000ul, 2000ul], all.Cpu.PerCpu);
        Assert.Equal([600ul, 1500ul], all.Cpu.PerCpuUser);
        Assert.Equal([400ul, 500ul], all.Cpu.PerCpuKernel);
        Assert.Equal(new MemoryCounter(100, 200, 9223372036854771712, 6), all.Memory!.Usage);
        Assert.Null(all.Memory.Usage.ActualLimit);
        Assert.Equal((120ul, 70ul, 4ul, 10ul), (all.Memory.Swap.Usage, all.Memory.WorkingSet, all.Memory.OomKills, all.Memory.Cache));
        Assert.Equal([new IoEntry(8, 0, "Read", 4096), new IoEntry(8, 0, "Total", 4096)], all.Io!.ServiceBytes);
        Assert.Equal(1ul, all.Io.Operations("Read"));
        Assert.Equal([(ushort)0, (ushort)1, (ushort)4], all.Cpuset!.Cpus);
        Assert.Equal((1ul, -1L), (all.Cpuset.SchedLoadBalance, all.Cpuset.SchedRelaxDomainLevel));
        Assert.Null(all.Pids);
    }

    [Fact]
    public void OfV1TheIoSchedulersOwnNumbersComeFirst()
    {
        Write("blkio.bfq.io_serviced_recursive", "8:0 Read 5\nTotal 5\n");
        Write("blkio.bfq.io_service_bytes_recursive", "8:0 Read 500\nTotal 500\n");
        Write("blkio.bfq.sectors_recursive", "8:0 16\n");
        Write("blkio.throttle.io_serviced_recursive", "8:0 Read 9\nTotal 9\n");
        IoStatistics io = Read("blkio").Io!;
        Assert.Equal((5ul, 500ul), (io.Operations("Read"), io.Bytes("Read")));
        Assert.Equal([new IoEntry(8, 0, string.Empty, 16)], io.Sectors);
    }

    [Theory]
    [InlineData(64, "64KB"), InlineData(2048, "2MB"), InlineData(32768, "32MB"), InlineData(1048576, "1GB")]
    public void HugePagesHaveTheNamesOfTheController(ulong kibibytes, string name) => Assert.Equal(name, HugePageStatistics.NameOf(kibibytes));

    [Fact]
    public void WhatIsGoneIsNullAndLinesThatMeanNothingAreSkipped()
    {
        Write("cpu.stat", "usage_usec 5\n");
        Assert.Null(Read("gone").Cpu);
        File.WriteAllText(_directory["cpu.stat"], "nonsense\nusage_usec x\n");
        Assert.Equal(0ul, Read(string.Empty).Cpu!.Total);
    }

    private void Write(string name, string text) => File.WriteAllText(_directory[name], text);

    private CgroupStatistics Read(params string[] controllers) =>
        CgroupStatistics.Read(new FakeCgroup(controllers.ToDictionary(name => name, name => name == "gone" ? _directory["gone"] : _directory.Path)));
}
