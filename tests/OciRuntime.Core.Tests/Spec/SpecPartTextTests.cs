using System.Globalization;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>What parts of a configuration say of themselves in tables.</summary>
public sealed class SpecPartTextTests
{
    private static readonly (string Text, object Part)[] s_cases =
    [
        // Mounts, as they are read.
        ("/etc:/data:rbind,ro", new OciMount { Source = "/etc", Destination = "/data", Options = ["rbind", "ro"] }),
        ("data:/data:bind", new OciMount { Source = "data", Destination = "/data", Options = ["bind"] }),
        ("data:/data:rbind", new OciMount { Source = "data", Destination = "/data", Type = "none", Options = ["rbind"] }),
        ("data:/data:ro,bind", new OciMount { Source = "data", Destination = "/data", Type = "none", Options = ["ro", "bind"] }),
        ("data:/data", new OciMount { Source = "data", Destination = "/data", Type = "bind" }),
        ("/dev/sda1:/mnt", new OciMount { Source = "/dev/sda1", Destination = "/mnt", Type = "ext4", Options = [] }),
        ("tmpfs:/dev/shm:nosuid,mode=1777", new OciMount { Source = "shm", Destination = "/dev/shm", Type = "tmpfs", Options = ["nosuid", "mode=1777"] }),
        ("proc:/proc", new OciMount { Source = "x", Destination = "/proc", Type = "proc" }),
        ("x:/y:remount", new OciMount { Source = "x", Destination = "/y", Options = ["remount"] }),
        (":/y", new OciMount { Destination = "/y" }),
        ("0:100000:65536", new OciIdMapping { HostID = 100000, Size = 65536 }),
        // linux
        ("no new namespaces", new OciLinux()),
        ("no new namespaces", new OciLinux { Namespaces = [], Devices = [] }),
        ("namespaces pid network:/x, cgroup /a, pids 5, 1 device, seccomp SCMP_ACT_ALLOW", new OciLinux
        {
            Namespaces = [new() { Type = "pid" }, new() { Type = "network", Path = "/x" }],
            CgroupsPath = "/a",
            Resources = new() { Pids = new() { Limit = 5 } },
            Devices = [new()],
            Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW" },
        }),
        ("namespaces pid, cgroup /x", new OciLinux { Namespaces = [new() { Type = "pid" }], CgroupsPath = "/x", Resources = new() { Memory = new() } }),
        ("pid", new OciNamespace { Type = "pid" }),
        ("pid", new OciNamespace { Type = "pid", Path = string.Empty }),
        ("-5s", new OciTimeOffset { Secs = -5 }),
        ("1s + 2ns", new OciTimeOffset { Secs = 1, Nanosecs = 2 }),
        ("c 1:3 /dev/null", new OciDevice { Type = "c", Major = 1, Minor = 3, Path = "/dev/null" }),
        ("b *:* /dev/x", new OciDevice { Type = "b", Path = "/dev/x" }),
        ("p /dev/fifo", new OciDevice { Type = "p", Major = 1, Path = "/dev/fifo" }),
        ("eth0", new OciNetDevice { Name = "eth0" }),
        ("(same name)", new OciNetDevice()),
        ("LINUX32", new OciPersonality { Domain = "LINUX32" }),
        ("none", new OciIntelRdt()),
        ("none", new OciIntelRdt { EnableMonitoring = false, Schemata = [] }),
        ("a, L3:0=f, MB:0=50, L2:0=1 L2:1=1, monitoring", new OciIntelRdt
        {
            ClosID = "a", L3CacheSchema = "L3:0=f", MemBwSchema = "MB:0=50", Schemata = ["L2:0=1", "L2:1=1"], EnableMonitoring = true,
        }),
        ("MPOL_LOCAL", new OciMemoryPolicy { Mode = "MPOL_LOCAL", Flags = [] }),
        ("MPOL_BIND 0-3", new OciMemoryPolicy { Mode = "MPOL_BIND", Nodes = "0-3" }),
        ("MPOL_BIND 0-3 MPOL_F_STATIC_NODES MPOL_F_NUMA_BALANCING",
            new OciMemoryPolicy { Mode = "MPOL_BIND", Nodes = "0-3", Flags = ["MPOL_F_STATIC_NODES", "MPOL_F_NUMA_BALANCING"] }),
        ("MPOL_PREFERRED MPOL_F_STATIC_NODES", new OciMemoryPolicy { Mode = "MPOL_PREFERRED", Flags = ["MPOL_F_STATIC_NODES"] }),
        // process
        ("no args", new OciProcess()),
        ("no args", new OciProcess { Args = [] }),
        ("sh -c 'exit 3' ''", new OciProcess { Args = ["sh", "-c", "exit 3", ""] }),
        ("'a\tb' 'c\nd' '\"'", new OciProcess { Args = ["a\tb", "c\nd", "\""] }),
        ("echo 'it'\\''s' ''\\'''", new OciProcess { Args = ["echo", "it's", "'"] }),
        ("echo '$HOME' 'a;b' '*' 'a\\b' '~' '#x'", new OciProcess { Args = ["echo", "$HOME", "a;b", "*", "a\\b", "~", "#x"] }),
        ("/usr/bin/env A=b --x=1,2 a@b:80 50% +x é_-.", new OciProcess { Args = ["/usr/bin/env", "A=b", "--x=1,2", "a@b:80", "50%", "+x", "é_-."] }),
        ("80x24", new OciConsoleSize { Width = 80, Height = 24 }),
        ("0:0", new OciUser()),
        ("1:2", new OciUser { Uid = 1, Gid = 2, AdditionalGids = [] }),
        ("1:2, groups 3 4, umask 0022", new OciUser { Uid = 1, Gid = 2, AdditionalGids = [3, 4], Umask = 18 }),
        ("0:0, umask 0000", new OciUser { Umask = 0 }),
        ("none", new OciCapabilities()),
        ("none", new OciCapabilities { Bounding = [] }),
        ("bounding ambient: B A, effective: A", new OciCapabilities { Bounding = ["B", "A"], Effective = ["A"], Ambient = ["A", "B"] }),
        ("inheritable permitted: A", new OciCapabilities { Inheritable = ["A"], Permitted = ["A"] }),
        ("bounding: 1 2 3 4 5 6", new OciCapabilities { Bounding = ["1", "2", "3", "4", "5", "6"] }),
        ("bounding: 7 capabilities", new OciCapabilities { Bounding = ["1", "2", "3", "4", "5", "6", "7"] }),
        ("RLIMIT_CPU=1:unlimited", new OciRlimit { Type = "RLIMIT_CPU", Soft = 1, Hard = ulong.MaxValue }),
        ("RLIMIT_CPU=0:18446744073709551614", new OciRlimit { Type = "RLIMIT_CPU", Hard = ulong.MaxValue - 1 }),
        ("SCHED_OTHER, nice -5", new OciScheduler { Policy = "SCHED_OTHER", Nice = -5 }),
        ("SCHED_DEADLINE, nice 0, priority 1, runtime 2, deadline 3, period 4, A B",
            new OciScheduler { Policy = "SCHED_DEADLINE", Nice = 0, Priority = 1, Runtime = 2, Deadline = 3, Period = 4, Flags = ["A", "B"] }),
        ("IOPRIO_CLASS_BE 7", new OciIOPriority { Class = "IOPRIO_CLASS_BE", Priority = 7 }),
        ("initial 0-3, final 1", new OciExecCpuAffinity { Initial = "0-3", Final = "1" }),
        // resources
        ("none", new OciResources()),
        ("none", new OciResources { Devices = [], HugepageLimits = [], Rdma = [], Unified = [] }),
        ("memory 512m, cpu shares 2, pids unlimited, block I/O weight 10, huge pages 2MB=4m 1GB=1g, network class 0x00100001, 1 RDMA device, 2 cgroup files, 3 device rules",
            new OciResources
            {
                Memory = new() { Limit = 512 << 20 },
                Cpu = new() { Shares = 2 },
                Pids = new() { Limit = -1 },
                BlockIO = new() { Weight = 10 },
                HugepageLimits = [new() { PageSize = "2MB", Limit = 4 << 20 }, new() { PageSize = "1GB", Limit = 1 << 30 }],
                Network = new() { ClassID = 0x100001 },
                Rdma = new() { ["mlx5_1"] = new() },
                Unified = new() { ["memory.high"] = "1", ["memory.low"] = "1" },
                Devices = [new(), new(), new()],
            }),
        ("deny a *:* rwm", new OciDeviceRule()),
        ("allow b *:* m", new OciDeviceRule { Allow = true, Type = "b", Major = -1, Minor = -1, Access = "m" }),
        ("1 device rule", new OciResources { Memory = new(), Cpu = new(), Pids = new(), Devices = [new()] }),
        ("allow c 1:* r", new OciDeviceRule { Allow = true, Type = "c", Major = 1, Access = "r" }),
        ("deny b *:3 wm", new OciDeviceRule { Type = "b", Minor = 3, Access = "wm" }),
        ("none", new OciMemory { DisableOOMKiller = false }),
        ("1k, swap unlimited, reservation 0, kernel 1m, kernel TCP 1025, swappiness 60, no OOM killer", new OciMemory
        {
            Limit = 1024, Swap = -1, Reservation = 0, Kernel = 1 << 20, KernelTCP = 1025, Swappiness = 60, DisableOOMKiller = true,
        }),
        ("none", new OciCpu { Idle = 0 }),
        ("none", new OciCpu { Period = 100000 }),
        ("limit 1.5", new OciCpu { Quota = 150000, Period = 100000 }),
        ("limit 0.01", new OciCpu { Quota = 1000, Period = 100000 }),
        ("quota 1000", new OciCpu { Quota = 1000 }),
        ("quota 1000", new OciCpu { Quota = 1000, Period = 0 }),
        ("quota 0", new OciCpu { Quota = 0, Period = 100000 }),
        ("quota unlimited", new OciCpu { Quota = -1, Period = 100000 }),
        ("limit 1, shares 2, burst 3, realtime 4, on 0-3, nodes 0, idle",
            new OciCpu { Quota = 1, Period = 1, Shares = 2, Burst = 3, RealtimeRuntime = 4, RealtimePeriod = 5, Cpus = "0-3", Mems = "0", Idle = 1 }),
        ("none", new OciPids()),
        ("7", new OciPids { Limit = 7 }),
        ("unlimited", new OciPids { Limit = -1 }),
        ("none", new OciBlockIO { WeightDevice = [], ThrottleReadBpsDevice = [] }),
        ("1 throttle", new OciBlockIO { ThrottleWriteIOPSDevice = [new()] }),
        ("weight 10, leaf weight 20, 2 device weights, 10 throttles", new OciBlockIO
        {
            Weight = 10,
            LeafWeight = 20,
            WeightDevice = [new(), new()],
            ThrottleReadBpsDevice = [new()],
            ThrottleWriteBpsDevice = [new(), new()],
            ThrottleReadIOPSDevice = [new(), new(), new()],
            ThrottleWriteIOPSDevice = [new(), new(), new(), new()],
        }),
        ("8:0, weight 10, leaf weight 20", new OciWeightDevice { Major = 8, Weight = 10, LeafWeight = 20 }),
        ("8:1 1048576", new OciThrottleDevice { Major = 8, Minor = 1, Rate = 1048576 }),
        ("2MB=9223372036854775807", new OciHugepageLimit { PageSize = "2MB", Limit = long.MaxValue }),
        ("2MB=8192p", new OciHugepageLimit { PageSize = "2MB", Limit = 1UL << 63 }),
        ("2MB=18446744073709551615", new OciHugepageLimit { PageSize = "2MB", Limit = ulong.MaxValue }),
        ("none", new OciNetwork { Priorities = [] }),
        ("class 0xffffffff, eth0=1 lo=2", new OciNetwork { ClassID = uint.MaxValue, Priorities = [new() { Name = "eth0", Priority = 1 }, new() { Name = "lo", Priority = 2 }] }),
        ("none", new OciRdma()),
        ("handles 1, objects 2", new OciRdma { HcaHandles = 1, HcaObjects = 2 }),
        // seccomp
        ("SCMP_ACT_ERRNO", new OciSeccomp { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [] }),
        ("SCMP_ACT_ERRNO, 2 rules, listener /x", new OciSeccomp { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [new(), new()], ListenerPath = "/x" }),
        ("SCMP_ACT_ALLOW", new OciSyscall { Action = "SCMP_ACT_ALLOW", Names = [] }),
        ("SCMP_ACT_ERRNO read write, errno 1, 1 condition", new OciSyscall { Action = "SCMP_ACT_ERRNO", Names = ["read", "write"], ErrnoRet = 1, Args = [new()] }),
        ("SCMP_ACT_KILL 7 calls", new OciSyscall { Action = "SCMP_ACT_KILL", Names = ["1", "2", "3", "4", "5", "6", "7"] }),
        ("1 SCMP_CMP_EQ 2", new OciSyscallArg { Index = 1, Op = "SCMP_CMP_EQ", Value = 2 }),
        ("0 SCMP_CMP_MASKED_EQ 18446744073709551615 3", new OciSyscallArg { Op = "SCMP_CMP_MASKED_EQ", Value = ulong.MaxValue, ValueTwo = 3 }),
        // The rest.
        ("none", new OciHooks { Prestart = null }),
        ("prestart 1, createRuntime 2, createContainer 0, startContainer 1, poststart 1, poststop 1", new OciHooks
        {
            Prestart = [new()], CreateRuntime = [new(), new()], CreateContainer = [], StartContainer = [new()], Poststart = [new()], Poststop = [new()],
        }),
        ("/bin/true", new OciHook { Path = "/bin/true" }),
        ("/bin/true a 'b c'", new OciHook { Path = "/bin/true", Args = ["name", "a", "b c"] }),
        ("none", new OciSpec()),
        ("sh, root rootfs (read-only), host name h", new OciSpec { Process = new() { Args = ["sh"] }, Root = new() { Path = "rootfs", Readonly = true }, Hostname = "h" }),
        ("rootfs", new OciRoot { Path = "rootfs" }),
        ("/a: 1 added", new OciSpecDifference { Pointer = "/a", Change = "Added", Difference = "1" }),
        ("/a: 1 removed", new OciSpecDifference { Pointer = "/a", Change = "Removed", Reference = "1" }),
        ("/a: 1 became 2", new OciSpecDifference { Pointer = "/a", Change = "Changed", Reference = "1", Difference = "2" }),
        ("/a: in another order", new OciSpecDifference { Pointer = "/a", Change = "Reordered", Reference = "[1,2]", Difference = "[2,1]" }),
    ];

    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < s_cases.Length; i++)
                data.Add(i, s_cases[i].Text);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PartsSayWhatTheyHold(int index, string text) => Assert.Equal(text, s_cases[index].Part.ToString());

    [Fact]
    public void NumbersAreTheSameEverywhere()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (other.NumberFormat.NegativeSign, other.NumberFormat.NumberDecimalSeparator) = ("\u2212", ",");
            CultureInfo.CurrentCulture = other;
            Assert.Equal("limit 0.5", new OciCpu { Quota = 1, Period = 2 }.ToString());
            Assert.Equal("SCHED_OTHER, nice -5", new OciScheduler { Policy = "SCHED_OTHER", Nice = -5 }.ToString());
            Assert.Equal("-1s", new OciTimeOffset { Secs = -1 }.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("", false, true, false)]
    [InlineData("SCMP_ACT_ALLOW", false, false, false)]
    [InlineData("", true, false, true)]
    [InlineData("SCMP_ACT_ALLOW", true, false, true)]
    public void FiltersAreEmptyOrNotify(string action, bool rules, bool empty, bool notifies)
    {
        var seccomp = new OciSeccomp { DefaultAction = action, Syscalls = rules ? [new() { Action = "SCMP_ACT_KILL" }, new() { Action = "SCMP_ACT_NOTIFY" }] : null };
        Assert.Equal((empty, notifies), (seccomp.IsEmpty, seccomp.Notifies));
        seccomp.Syscalls = [];
        Assert.Equal((action.Length == 0, false), (seccomp.IsEmpty, seccomp.Notifies));
        seccomp.Syscalls = [new() { Action = "SCMP_ACT_KILL" }];
        Assert.Equal((false, false), (seccomp.IsEmpty, seccomp.Notifies));
    }
}
