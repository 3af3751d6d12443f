using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

public class SpecValidatorTests
{
    private static readonly (string Pointer, string Message, Action<OciSpec> Break)[] s_cases =
    [
        ("/ociVersion", "expected 1.x, found \"2.0.0\"", s => s.OciVersion = "2.0.0"),
        ("/root", "is missing: a container needs a root filesystem", s => s.Root = null),
        ("/root/path", "must not be empty", s => s.Root!.Path = ""),
        ("/process", "is missing: a container needs a process", s => s.Process = null),
        ("/process/cwd", "must be an absolute path, found \"tmp\"", s => s.Process!.Cwd = "tmp"),
        ("/process/cwd", "must not be empty", s => s.Process!.Cwd = ""),
        ("/process/args", "must not be empty", s => s.Process!.Args = []),
        ("/process/args/1", "a NUL character is not allowed", s => s.Process!.Args!.Add("a\0b")),
        ("/process/env/2", "expected NAME=value, found \"FOO\"", s => s.Process!.Env!.Add("FOO")),
        ("/process/env/2", "expected NAME=value, found \"=x\"", s => s.Process!.Env!.Add("=x")),
        ("/process/oomScoreAdj", "must be between -1000 and 1000, found 1001", s => s.Process!.OomScoreAdj = 1001),
        ("/process/user/uid", "4294967295 is not an id", s => s.Process!.User!.Uid = uint.MaxValue),
        ("/process/user/gid", "4294967295 is not an id", s => s.Process!.User!.Gid = uint.MaxValue),
        ("/process/user/additionalGids/0", "4294967295 is not an id", s => s.Process!.User!.AdditionalGids = [uint.MaxValue]),
        ("/linux/devices/0/uid", "4294967295 is not an id", s => s.Linux!.Devices = [new OciDevice { Type = "p", Path = "/dev/x", Uid = uint.MaxValue }]),
        ("/process/user/umask", "must be between 0 and 511", s => s.Process!.User!.Umask = 512),
        ("/process/consoleSize", "at most 65535", s => s.Process!.ConsoleSize = new OciConsoleSize { Height = 70000, Width = 1 }),
        ("/process/capabilities/effective", "CAP_SYS_ADMIN is not in permitted", s => s.Process!.Capabilities!.Effective!.Add("CAP_SYS_ADMIN")),
        ("/process/rlimits/1/type", "unknown rlimit \"RLIMIT_FOO\"", s => s.Process!.Rlimits!.Add(new OciRlimit { Type = "RLIMIT_FOO" })),
        ("/process/rlimits/1/type", "RLIMIT_NOFILE is given twice", s => s.Process!.Rlimits!.Add(new OciRlimit { Type = "RLIMIT_NOFILE" })),
        ("/process/rlimits/0/soft", "must not be above the hard limit 1024", s => s.Process!.Rlimits![0].Soft = 1025),
        ("/process/scheduler/policy", "unknown scheduling policy \"SCHED_FAST\"", s => s.Process!.Scheduler = new OciScheduler { Policy = "SCHED_FAST" }),
        ("/process/scheduler/nice", "must be between -20 and 19", s => s.Process!.Scheduler = new OciScheduler { Policy = "SCHED_OTHER", Nice = 20 }),
        ("/process/scheduler/priority", "only SCHED_FIFO and SCHED_RR have a priority", s => s.Process!.Scheduler = new OciScheduler { Policy = "SCHED_OTHER", Priority = 1 }),
        ("/process/scheduler", "only SCHED_DEADLINE has runtime", s => s.Process!.Scheduler = new OciScheduler { Policy = "SCHED_FIFO", Runtime = 1 }),
        ("/process/ioPriority/class", "unknown I/O class", s => s.Process!.IOPriority = new OciIOPriority { Class = "x" }),
        ("/process/ioPriority/priority", "must be between 0 and 7, found 8", s => s.Process!.IOPriority = new OciIOPriority { Class = "IOPRIO_CLASS_BE", Priority = 8 }),
        ("/process/execCPUAffinity/initial", "expected a list such as 0-3,7, found \"3-1\"", s => s.Process!.ExecCPUAffinity = new OciExecCpuAffinity { Initial = "3-1" }),
        ("/linux/namespaces/5/type", "unknown namespace type \"net\"; expected one of pid, network, mount, ipc, uts, user, cgroup, time", s => s.Linux!.Namespaces!.Insert(5, new OciNamespace { Type = "net" })),
        ("/linux/namespaces/5", "the pid namespace is given twice", s => s.Linux!.Namespaces!.Insert(5, new OciNamespace { Type = "pid" })),
        ("/linux/namespaces/0/path", "must be an absolute path", s => s.Linux!.Namespaces![0].Path = "ns"),
        ("/hostname", "hostname needs a uts namespace of the container's own", s => Drop(s, "uts")),
        ("/domainname", "domainname needs a uts namespace of the container's own", s => { Drop(s, "uts"); s.Hostname = null; s.Domainname = "x"; }),
        ("/hostname", "must be at most 64 bytes", s => s.Hostname = new string('x', 65)),
        ("/linux/maskedPaths", "hiding paths needs a mount namespace of the container's own", s => Drop(s, "mount")),
        ("/linux/maskedPaths/10", "must not be empty", s => s.Linux!.MaskedPaths!.Add("")),
        ("/linux/readonlyPaths/0", "NUL", s => s.Linux!.ReadonlyPaths![0] = "x\0"),
        ("/linux/uidMappings", "mappings need a user namespace, but linux.namespaces has none", s => s.Linux!.UidMappings = [Map(0, 0, 1)]),
        ("/linux/gidMappings", "a new user namespace needs gid mappings", s => { Add(s, "user"); s.Linux!.UidMappings = [Map(0, 0, 1)]; }),
        ("/linux/uidMappings/0/size", "must be greater than zero", s => Mapped(s, Map(0, 0, 0))),
        ("/linux/uidMappings/1", "overlaps /linux/uidMappings/0", s => Mapped(s, Map(0, 0, 10), Map(9, 100, 1))),
        ("/linux/uidMappings/1", "overlaps /linux/uidMappings/0", s => Mapped(s, Map(0, 0, 10), Map(100, 5, 1))),
        ("/linux/uidMappings/0", "the container ids exceed 4294967294", s => Mapped(s, Map(4294967295, 0, 1))),
        ("/linux/timeOffsets", "offsets need a time namespace, but linux.namespaces has none", s => s.Linux!.TimeOffsets = new() { ["boottime"] = new OciTimeOffset() }),
        ("/linux/timeOffsets/realtime", "unknown clock \"realtime\"; expected one of monotonic, boottime", s => { Add(s, "time"); s.Linux!.TimeOffsets = new() { ["realtime"] = new OciTimeOffset() }; }),
        ("/linux/timeOffsets/boottime/nanosecs", "must be below 1000000000", s => { Add(s, "time"); s.Linux!.TimeOffsets = new() { ["boottime"] = new OciTimeOffset { Nanosecs = 1_000_000_000 } }; }),
        ("/linux/netDevices", "moving devices needs a network namespace of the container's own", s => { Drop(s, "network"); s.Linux!.NetDevices = new() { ["eth0"] = new OciNetDevice() }; }),
        ("/linux/netDevices/a~1b", "\"a/b\" is not a valid name of a network device", s => s.Linux!.NetDevices = new() { ["a/b"] = new OciNetDevice() }),
        ("/linux/netDevices/eth0/name", "is not a valid name of a network device", s => s.Linux!.NetDevices = new() { ["eth0"] = new OciNetDevice { Name = "0123456789abcdef" } }),
        ("/linux/sysctl/net.ipv4.ip_forward", "net.ipv4.ip_forward would be the host's: the container has no network namespace of its own", s => { Drop(s, "network"); Sysctl(s, "net.ipv4.ip_forward"); }),
        ("/linux/sysctl/net~1ipv4~1ip_forward", "net.ipv4.ip_forward would be the host's: the container has no network namespace of its own", s => { Drop(s, "network"); Sysctl(s, "net/ipv4/ip_forward"); }),
        ("/linux/sysctl/kernel.msgmax", "kernel.msgmax would be the host's: the container has no ipc namespace of its own", s => { Drop(s, "ipc"); Sysctl(s, "kernel.msgmax"); }),
        ("/linux/sysctl/kernel.hostname", "the property hostname sets it", s => Sysctl(s, "kernel.hostname")),
        ("/linux/sysctl/kernel.domainname", "is the host's: it does not belong to any namespace of the container", s => { Drop(s, "uts"); s.Hostname = null; Sysctl(s, "kernel.domainname"); }),
        ("/linux/sysctl/user.max_user_namespaces", "would be the host's: the container has no user namespace of its own", s => Sysctl(s, "user.max_user_namespaces")),
        ("/linux/sysctl/vm.swappiness", "is the host's: it does not belong to any namespace of the container", s => Sysctl(s, "vm.swappiness")),
        ("/linux/sysctl/net..kernel.x", "is not a valid name of a kernel parameter", s => Sysctl(s, "net..kernel.x")),
        ("/linux/sysctl/net.~1~1.~1~1.kernel.x", "is not a valid name of a kernel parameter", s => Sysctl(s, "net.//.//.kernel.x")),
        ("/mounts/7/destination", "must not be empty", s => s.Mounts!.Add(new OciMount())),
        ("/mounts/7/source", "a bind mount needs a source", s => s.Mounts!.Add(new OciMount { Destination = "/x", Options = ["rbind"] })),
        ("/mounts/7/source", "a NUL character is not allowed", s => s.Mounts!.Add(new OciMount { Destination = "/x", Source = "\0" })),
        ("/mounts/7", "an id-mapped mount needs uidMappings and gidMappings", s => s.Mounts!.Add(new OciMount { Destination = "/x", Source = "/", Options = ["bind"], UidMappings = [Map(0, 1, 1)] })),
        ("/mounts/7", "only a bind mount can be id-mapped", s => s.Mounts!.Add(new OciMount { Destination = "/x", Type = "tmpfs", Options = ["idmap"] })),
        ("/mounts/7/source", "a bind mount needs a source", s => s.Mounts!.Add(new OciMount { Destination = "/x", Type = "bind" })),
        ("/linux/rootfsPropagation", "unknown propagation \"slaves\"", s => s.Linux!.RootfsPropagation = "slaves"),
        ("/linux/devices/0/type", "unknown device type \"x\"; expected one of c, b, u, p", s => s.Linux!.Devices = [new OciDevice { Type = "x", Path = "/dev/x" }]),
        ("/linux/devices/0/path", "must be an absolute path", s => s.Linux!.Devices = [new OciDevice { Type = "p", Path = "x" }]),
        ("/linux/devices/0/minor", "required for a device of this type", s => s.Linux!.Devices = [new OciDevice { Type = "c", Path = "/dev/x", Major = 1 }]),
        ("/linux/devices/0/major", "must be between 0 and 4095, found -1", s => s.Linux!.Devices = [new OciDevice { Type = "b", Path = "/dev/x", Major = -1, Minor = 0 }]),
        ("/hooks/poststop/0/path", "must be an absolute path", s => s.Hooks = new OciHooks { Poststop = [new OciHook { Path = "true" }] }),
        ("/hooks/createRuntime/0/timeout", "must be greater than zero, found 0", s => s.Hooks = new OciHooks { CreateRuntime = [new OciHook { Path = "/t", Timeout = 0 }] }),
        ("/hooks/prestart/0/env/0", "expected NAME=value", s => s.Hooks = new OciHooks { Prestart = [new OciHook { Path = "/t", Env = ["x"] }] }),
        ("/linux/resources/devices/0/type", "unknown device type \"z\"", s => s.Linux!.Resources!.Devices![0].Type = "z"),
        ("/linux/resources/devices/0/access", "expected a combination of r, w and m, found \"x\"", s => s.Linux!.Resources!.Devices![0].Access = "x"),
        ("/linux/resources/memory/swap", "includes memory, and must not be below its limit 2, found 1", s => s.Linux!.Resources!.Memory = new OciMemory { Limit = 2, Swap = 1 }),
        ("/linux/resources/memory/swappiness", "must be between 0 and 100", s => s.Linux!.Resources!.Memory = new OciMemory { Swappiness = 101 }),
        ("/linux/resources/cpu/cpus", "expected a list such as 0-3,7, found \"a\"", s => s.Linux!.Resources!.Cpu = new OciCpu { Cpus = "a" }),
        ("/linux/resources/unified/..~1x", "\"../x\" is not the name of a cgroup file", s => s.Linux!.Resources!.Unified = new() { ["../x"] = "1" }),
        ("/linux/resources/unified/nodots", "\"nodots\" is not of the form controller.file", s => s.Linux!.Resources!.Unified = new() { ["nodots"] = "1" }),
        ("/linux/resources/unified/memory.", "\"memory.\" is not of the form controller.file", s => s.Linux!.Resources!.Unified = new() { ["memory."] = "1" }),
        ("/linux/resources/unified/cgroup.maxdepth", "\"cgroup.maxdepth\" is not a limit", s => s.Linux!.Resources!.Unified = new() { ["cgroup.maxdepth"] = "1" }),
        ("/linux/resources/devices/0/major", "must be a device number, or -1 for all, found -2", s => s.Linux!.Resources!.Devices![0].Major = -2),
        ("/linux/resources/memory/limit", "or -1 for no limit, found -2", s => s.Linux!.Resources!.Memory = new OciMemory { Limit = -2 }),
        ("/linux/resources/memory/reservation", "or -1 for no limit, found -3", s => s.Linux!.Resources!.Memory = new OciMemory { Reservation = -3 }),
        ("/linux/resources/cpu/idle", "must be 0 or 1, found 2", s => s.Linux!.Resources!.Cpu = new OciCpu { Idle = 2 }),
        ("/linux/resources/cpu/period", "must be between 1000 and 1000000 us, found 5", s => s.Linux!.Resources!.Cpu = new OciCpu { Period = 5 }),
        ("/linux/resources/cpu/quota", "must be at least 1000 us, found 999", s => s.Linux!.Resources!.Cpu = new OciCpu { Quota = 999 }),
        ("/linux/resources/cpu/burst", "must not be above the quota 1000, found 1001", s => s.Linux!.Resources!.Cpu = new OciCpu { Quota = 1000, Burst = 1001 }),
        ("/linux/resources/blockIO/weight", "must be between 10 and 1000, found 5", s => s.Linux!.Resources!.BlockIO = new OciBlockIO { Weight = 5 }),
        ("/linux/resources/blockIO/weightDevice/0/leafWeight", "must be between 10 and 1000, found 1001", s => s.Linux!.Resources!.BlockIO = new OciBlockIO { WeightDevice = [new OciWeightDevice { LeafWeight = 1001 }] }),
        ("/linux/cgroupsPath", "has the component \"..\"", s => s.Linux!.CgroupsPath = "/a/../b"),
        ("/linux/cgroupsPath", "\"/\" is the root cgroup", s => s.Linux!.CgroupsPath = "/"),
        ("/linux/cgroupsPath", "\".\" is the root cgroup", s => s.Linux!.CgroupsPath = "."),
        ("/linux/resources/hugepageLimits/0/pageSize", "expected a size such as 2MB, found \"2M\"", s => s.Linux!.Resources!.HugepageLimits = [new OciHugepageLimit { PageSize = "2M" }]),
        ("/linux/personality/domain", "unknown personality domain \"BSD\"; expected one of LINUX, LINUX32", s => s.Linux!.Personality = new OciPersonality { Domain = "BSD" }),
        ("/linux/memoryPolicy/mode", "unknown memory policy mode", s => s.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = "x" }),
        ("/linux/memoryPolicy/nodes", "must not be empty with MPOL_BIND", s => s.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = "MPOL_BIND" }),
        ("/linux/memoryPolicy/nodes", "must be empty with MPOL_LOCAL", s => s.Linux!.MemoryPolicy = new OciMemoryPolicy { Mode = "MPOL_LOCAL", Nodes = "0" }),
        ("/linux/intelRdt/closID", "is not the name of a directory", s => s.Linux!.IntelRdt = new OciIntelRdt { ClosID = "../x" }),
        ("/annotations", "a key must not be empty", s => s.Annotations = new() { [""] = "x" }),
    ];

    public static TheoryData<int, string, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            for (int i = 0; i < s_cases.Length; i++)
                data.Add(i, s_cases[i].Pointer, s_cases[i].Message);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ImpossibleSpecsAreRefused(int index, string pointer, string message)
    {
        OciSpec spec = SpecDefaults.Create();
        s_cases[index].Break(spec);
        OciException error = Assert.Throws<OciException>(() => SpecValidator.Validate(spec));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal(pointer, error.SpecPointer);
        Assert.StartsWith($"config.json: {pointer}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NearMissHasAHint()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Process!.Rlimits = [new() { Type = "RLIMIT_NOFILES" }];
        Assert.Equal("did you mean \"RLIMIT_NOFILE\"?", Assert.Throws<OciException>(() => SpecValidator.Validate(spec)).Hint);
    }

    [Fact]
    public void AllowedThingsPass()
    {
        OciSpec spec = SpecDefaults.Create();
        Add(spec, "user");
        spec.Linux!.UidMappings = [Map(0, 100000, 65536)];
        spec.Linux.GidMappings = [Map(0, 100000, 65536)];
        foreach (string name in (string[])["net.ipv4.ip_forward", "net/ipv4/conf/eth0.1/forwarding", "net.ipv4.conf.eth0/1.forwarding", "kernel.shm_rmid_forced", "fs.mqueue.msg_max", "kernel.domainname", "user.max_user_namespaces"])
            Sysctl(spec, name);
        spec.Process!.Scheduler = new OciScheduler { Policy = "SCHED_DEADLINE", Runtime = 1, Deadline = 2, Period = 3 };
        spec.Mounts!.Add(new OciMount { Destination = "relative", Type = "tmpfs" });
        // 0 and -1 as engines write them.
        spec.Linux.Resources!.Memory = new OciMemory { Limit = -1, Reservation = 0, Swap = -1 };
        spec.Linux.Resources.Cpu = new OciCpu { Quota = -1, Period = 0, Burst = 0, Idle = 0, Shares = 0 };
        spec.Linux.Resources.BlockIO = new OciBlockIO { Weight = 0, LeafWeight = 0 };
        spec.Linux.Resources.Devices!.Add(new OciDeviceRule { Allow = true, Type = "c", Major = -1, Minor = -1, Access = "m" });
        spec.Linux.CgroupsPath = "system.slice:runc:a..b";
        SpecValidator.Validate(spec);
    }

    [Theory]
    [InlineData("memory.high", true)]
    [InlineData("hugetlb.2MB.max", true)]
    [InlineData("cgroup.max.depth", true)]
    [InlineData("cgroup.max.descendants", true)]
    [InlineData("cgroup.procs", false)]
    [InlineData("cgroup.threads", false)]
    [InlineData("cgroup.kill", false)]
    [InlineData("cgroup.freeze", false)]
    [InlineData("cgroup.type", false)]
    [InlineData("cgroup.subtree_control", false)]
    [InlineData("cgroup.events", false)]
    [InlineData("cgroup.controllers", false)]
    [InlineData("nodots", false)]
    [InlineData(".x", false)]
    [InlineData("..", false)]
    [InlineData("", false)]
    public void UnifiedKeysAreLimits(string key, bool valid)
    {
        var resources = new OciResources { Unified = new() { [key] = "1" } };
        OciException? error = Record.Exception(() => SpecValidator.ValidateResources(resources)) as OciException;
        Assert.Equal(valid ? null : "/unified/" + key, error?.SpecPointer);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("0-3, 7", true)]
    [InlineData("0-N", true)]
    [InlineData("0-31:1/2", true)]
    [InlineData("all", true)]
    [InlineData("", true)]
    [InlineData("0,", true)]
    [InlineData(" 0 1\t2", true)]
    [InlineData("ALL:1/2", true)]
    [InlineData("0:1/2", false)]
    [InlineData("0-3:2/1", false)]
    [InlineData(",", false)]
    [InlineData("-1", false)]
    [InlineData("0-3:1", false)]
    [InlineData("4294967296", false)]
    public void CpuListsAreTheKernels(string list, bool valid)
    {
        var resources = new OciResources { Cpu = new OciCpu { Cpus = list } };
        Assert.Equal(valid, Record.Exception(() => SpecValidator.ValidateResources(resources)) is null);
    }

    [Fact]
    public void ProcessAndResourcesAloneHaveTheirOwnPointers()
    {
        Assert.Equal("/cwd", Assert.Throws<OciException>(() => SpecValidator.ValidateProcess(new OciProcess { Args = ["x"], Cwd = "x" })).SpecPointer);
        Assert.Equal("/cpu/cpus", Assert.Throws<OciException>(() => SpecValidator.ValidateResources(new OciResources { Cpu = new OciCpu { Cpus = "x" } })).SpecPointer);
    }

    [Fact]
    public void NamesHaveTheKernelsNumbers()
    {
        Assert.Equal(41, CapabilityNames.All.Count);
        Assert.True(CapabilityNames.TryGetBit("CAP_CHOWN", out int chown) && chown == 0);
        Assert.True(CapabilityNames.TryGetBit("CAP_SYS_ADMIN", out int admin) && admin == 21);
        Assert.True(CapabilityNames.TryGetBit("CAP_CHECKPOINT_RESTORE", out int last) && last == 40);
        Assert.False(CapabilityNames.TryGetBit("cap_chown", out _));
        Assert.False(CapabilityNames.TryGetBit(null, out _));
        Assert.True(RlimitNames.TryGetNumber("RLIMIT_NOFILE", out int files) && files == 7);
        Assert.True(RlimitNames.TryGetNumber("RLIMIT_RTTIME", out int time) && time == 15);
    }

    private static void Drop(OciSpec spec, string type) => spec.Linux!.Namespaces!.RemoveAll(n => n.Type == type);

    private static void Add(OciSpec spec, string type, string? path = null) => spec.Linux!.Namespaces!.Add(new OciNamespace { Type = type, Path = path });

    private static void Sysctl(OciSpec spec, string name) => (spec.Linux!.Sysctl ??= [])[name] = "1";

    private static OciIdMapping Map(uint inside, uint outside, uint size) => new() { ContainerID = inside, HostID = outside, Size = size };

    private static void Mapped(OciSpec spec, params OciIdMapping[] maps)
    {
        Add(spec, "user");
        spec.Linux!.UidMappings = [.. maps];
        spec.Linux.GidMappings = [Map(0, 0, 1)];
    }
}
