using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The verb update: the kernel's files of a real container, what it keeps, and what a failure leaves.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class UpdateTests : ContainerFixture
{
    private const long Megabyte = 1 << 20;

    private static bool Unified { get; } = HostFacts.Read().Cgroups.Mode == CgroupMode.Unified;

    [Fact, NeedsCgroup("memory")]
    public void LimitsAreInTheKernelAndSeenInside()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 64 * Megabyte }, Pids = new() { Limit = 20 } };
        Start(spec);
        Runtime.Update("c", new() { Memory = new() { Limit = 96 * Megabyte, Reservation = 16 * Megabyte }, Pids = new() { Limit = 33 } });
        Assert.Equal("100663296", Value("memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("16777216", Value("memory", "memory.soft_limit_in_bytes", "memory.low"));
        Assert.Equal("33", Value("pids", "pids.max"));
        string inside = Unified ? "/sys/fs/cgroup/memory.max" : "/sys/fs/cgroup/memory/memory.limit_in_bytes";
        using ContainerProcess exec = Runtime.Exec(new() { Id = "c", Args = ["cat", inside], Stdio = StdioMode.Pipe });
        Assert.Equal("100663296\n", new StreamReader(exec.StandardOutput!).ReadToEnd());
    }

    [Fact, NeedsCgroup("cpu")]
    public void TheConfigurationKeepsThem()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Cpu = new() { Shares = 512, Quota = 50000, Period = 100000 }, Pids = new() { Limit = 20 } };
        Start(spec);
        Runtime.Update("c", new() { Cpu = new() { Quota = 20000 } });
        Runtime.Update("c", new() { Cpu = new() { Period = 40000 }, Pids = new() { Limit = -1 } });
        Assert.Equal(Unified ? "20000 40000" : "20000", Value("cpu", "cpu.cfs_quota_us", "cpu.max"));
        OciResources kept = Kept();
        Assert.Equal((512ul, 20000, 40000ul), (kept.Cpu!.Shares, kept.Cpu.Quota, kept.Cpu.Period));
        Assert.Equal(-1, kept.Pids!.Limit);
        using ContainerProcess exec = Runtime.Exec(new() { Id = "c", Args = ["true"] });
        Assert.Equal(0, exec.Wait().ExitCode);
    }

    [Fact, NeedsLimit("memory.memsw.limit_in_bytes", "memory.swap.max")]
    public void SwapOfTheConfigurationCountsTheNewLimit()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 64 * Megabyte, Swap = 96 * Megabyte } };
        Start(spec);
        Runtime.Update("c", new() { Memory = new() { Limit = 32 * Megabyte } });
        Assert.Equal(Unified ? "67108864" : "100663296", Value("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
        // More memory than memory and swap together: refused, and nothing has changed.
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Memory = new() { Limit = 128 * Megabyte } }));
        Assert.Equal("33554432", Value("memory", "memory.limit_in_bytes", "memory.max"));
        Runtime.Update("c", new() { Memory = new() { Limit = -1 } });
        Assert.Equal(Unified ? "max" : "9223372036854771712", Value("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
        Assert.Equal(-1, Kept().Memory!.Swap);
    }

    [Fact, NeedsCgroup("cpu")]
    public void AfterAFailureAllIsAsBefore()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 64 * Megabyte }, Cpu = new() { Shares = 512, Quota = 50000, Period = 100000 }, Pids = new() { Limit = 20 } };
        Start(spec);
        string[] before = Values();
        byte[] config = File.ReadAllBytes(Path.Combine(Root, "c", "config.json"));
        OciException error = Assert.Throws<OciException>(() => Runtime.Update("c", new()
        {
            Memory = new() { Limit = 32 * Megabyte },
            Cpu = new() { Shares = 2048, Quota = 10000, Cpus = "8000" },
            Pids = new() { Limit = 5 },
        }));
        Assert.Equal("/linux/resources/cpu/cpus", error.SpecPointer);
        Assert.Equal(before, Values());
        Assert.Equal(config, File.ReadAllBytes(Path.Combine(Root, "c", "config.json")));
    }

    [Fact, NeedsLimit("cpu.idle", "cpu.idle")]
    public void AfterIdleTheWeightOfTheConfigurationIsBack()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Cpu = new() { Shares = 512 } };
        Start(spec);
        Runtime.Update("c", new() { Cpu = new() { Idle = 1 } });
        Assert.Equal("1", Value("cpu", "cpu.idle"));
        Runtime.Update("c", new() { Pids = new() { Limit = 7 } });
        Assert.Equal("1", Value("cpu", "cpu.idle"));
        Runtime.Update("c", new() { Cpu = new() { Idle = 0 } });
        Assert.Equal(Unified ? "59" : "512", Value("cpu", "cpu.shares", "cpu.weight"));
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Cpu = new() { Idle = 3 } }));
        // Taken back, the weight is the former one too.
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Cpu = new() { Idle = 1, Cpus = "8000" } }));
        Assert.Equal("0", Value("cpu", "cpu.idle"));
        Assert.Equal(Unified ? "59" : "512", Value("cpu", "cpu.shares", "cpu.weight"));
    }

    [Fact, NeedsCgroup("devices")]
    public void DevicesChangeInPlaceAndARefusedUpdateLeavesThem()
    {
        OciSpec spec = Spec("sleep", "100");
        foreach (List<string> set in new[] { spec.Process!.Capabilities!.Bounding!, spec.Process.Capabilities.Effective!, spec.Process.Capabilities.Permitted! })
            set.Add("CAP_SYSLOG");
        spec.Linux!.Devices = [new() { Type = "c", Path = "/dev/kmsg", Major = 1, Minor = 11 }];
        spec.Linux.Resources = new() { Devices = Rules() };
        Start(spec);
        Assert.Equal((1, 1), (Open("<"), Open(">")));
        Runtime.Update("c", new() { Devices = Rules("r", "w") });
        Assert.Equal((0, 0), (Open("<"), Open(">")));
        Runtime.Update("c", new() { Devices = Rules("r") });
        Assert.Equal((0, 1), (Open("<"), Open(">")));
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Devices = Rules(), Cpu = new() { Cpus = "8000" } }));
        Assert.Equal((0, 1), (Open("<"), Open(">")));
        Runtime.Update("c", new() { Pids = new() { Limit = 100 } });
        Assert.Equal((0, 1), (Open("<"), Open(">")));
        Assert.Equal(["rwm", "r"], Kept().Devices!.Select(rule => rule.Access));

        static List<OciDeviceRule> Rules(params string[] accesses) =>
            [new() { Allow = false, Access = "rwm" }, .. accesses.Select(access => new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11, Access = access })];
        int? Open(string how)
        {
            using ContainerProcess exec = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", $"true {how}/dev/kmsg"], Stdio = StdioMode.Null });
            return exec.Wait().ExitCode;
        }
    }

    [Fact, NeedsCgroup("devices")]
    public void DevicesAreBackWhenTheConfigurationCantBeKept()
    {
        OciSpec spec = Spec("sleep", "100");
        Start(spec);
        // The directory of that name can't be written as a file.
        string blocked = Path.Combine(Root, "c", ".config.json.new");
        Directory.CreateDirectory(blocked);
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Pids = new() { Limit = 9 }, Devices = [new() { Allow = true, Access = "rwm" }] }));
        Directory.Delete(blocked);
        Assert.Equal("max", Value("pids", "pids.max"));
        using ContainerProcess exec = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "mknod /tmp/kmsg c 1 11 && cat /tmp/kmsg"], Stdio = StdioMode.Null });
        Assert.NotEqual(0, exec.Wait().ExitCode);
        Assert.Empty(Warnings);
    }

    [Fact, NeedsLimit("blkio.throttle.read_bps_device", "io.max", Disk = true)]
    public void ThrottlesOfDevicesAreBackAfterAFailure()
    {
        string disk = NeedsLimitAttribute.BlockDevice()!;
        List<OciThrottleDevice> Rate(ulong rate) => [new() { Major = long.Parse(disk.Split(':')[0]), Minor = long.Parse(disk.Split(':')[1]), Rate = rate }];
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { BlockIO = new() { ThrottleReadBpsDevice = Rate(485760) } };
        Start(spec);
        string before = Value("blkio", "blkio.throttle.read_bps_device", "io.max");
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { BlockIO = new() { ThrottleReadBpsDevice = Rate(10485760), ThrottleWriteBpsDevice = Rate(10485760), ThrottleReadIOPSDevice = [new() { Major = 4095, Minor = 1, Rate = 1 }] } }));
        Assert.Equal(before, Value("blkio", "blkio.throttle.read_bps_device", "io.max"));
        Assert.Equal(Unified ? before : "", Value("blkio", "blkio.throttle.write_bps_device", "io.max"));
        Runtime.Update("c", new() { BlockIO = new() { ThrottleReadBpsDevice = Rate(10485760) } });
        Assert.Contains("10485760", Value("blkio", "blkio.throttle.read_bps_device", "io.max"), StringComparison.Ordinal);
        Assert.Single(Kept().BlockIO!.ThrottleReadBpsDevice!);
    }

    [Fact, NeedsCgroup(unifiedOnly: true)]
    public void UnifiedKeysChangeAndComeBack()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Unified = new() { ["memory.high"] = "33554432", ["cpu.weight"] = "16" } };
        Start(spec);
        Runtime.Update("c", new() { Unified = new() { ["cpu.max"] = "max 50000", ["cpu.weight"] = "20" }, Pids = new() { Limit = 10 } });
        Assert.Equal(("max 50000", "20", "33554432", "10"), (Value("", "cpu.max"), Value("", "cpu.weight"), Value("", "memory.high"), Value("", "pids.max")));
        Assert.Throws<OciException>(() => Runtime.Update("c", new() { Unified = new() { ["memory.high"] = "16777216", ["nothing.max"] = "1" } }));
        Assert.Equal("33554432", Value("", "memory.high"));
        Assert.Equal("20", Kept().Unified!["cpu.weight"]);
        Assert.False(Kept().Unified!.ContainsKey("nothing.max"));
    }

    [Fact]
    public void APausedContainerStaysPausedAndAStoppedOneIsRefused()
    {
        Start(Spec("sleep", "100"));
        Runtime.Pause("c");
        Runtime.Update("c", new() { Pids = new() { Limit = 30 } });
        Assert.Equal(ContainerStatus.Paused, Runtime.Get("c").State);
        Runtime.Resume("c");
        Runtime.Kill("c", 9);
        Runtime.Wait("c");
        Assert.Equal(OciErrorCode.ContainerNotRunning, Assert.Throws<OciException>(() => Runtime.Update("c", new())).Code);
        Assert.Equal(OciErrorCode.ContainerNotFound, Assert.Throws<OciException>(() => Runtime.Update("other", new())).Code);
    }

    [Fact]
    public void KernelMemoryIsIgnoredWithAWarning()
    {
        Start(Spec("sleep", "100"));
        Runtime.Update("c", new() { Memory = new() { Kernel = 50 * Megabyte, KernelTCP = -1 } });
        Assert.Contains(Warnings, warning => warning.Contains("kernel memory", StringComparison.Ordinal));
        Assert.Null(Kept().Memory?.Kernel);
    }

    [Fact]
    public void WithoutACgroupThereIsNothingToUpdate()
    {
        var runtime = new ContainerRuntime(new() { Root = Root, CgroupManager = CgroupManagerKind.Disabled });
        runtime.Create(Request("c", Spec("sleep", "100")));
        OciException error = Assert.Throws<OciException>(() => runtime.Update("c", new() { Pids = new() { Limit = 30 } }));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        runtime.Delete("c", force: true);
    }

    private void Start(OciSpec spec)
    {
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
    }

    private OciResources Kept() => SpecReader.ReadFile(Path.Combine(Root, "c", "config.json")).Linux!.Resources!;

    private string Value(string controller, string file) => Value(controller, file, file);

    private string Value(string controller, string v1, string v2)
    {
        using StateDirectory directory = StateDirectory.Open(new(Root), "c");
        IReadOnlyDictionary<string, string> paths = directory.ReadState().CgroupPaths;
        return File.ReadAllText(paths[Unified ? string.Empty : controller] + "/" + (Unified ? v2 : v1)).Trim();
    }

    private string[] Values() =>
    [
        Value("memory", "memory.limit_in_bytes", "memory.max"), Value("cpu", "cpu.shares", "cpu.weight"), Value("cpu", "cpu.cfs_quota_us", "cpu.max"),
        Value("cpuset", "cpuset.cpus"), Value("pids", "pids.max"),
    ];
}
