using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Both sides of each limit: all that the rules say of a configuration, and nothing else.</summary>
public sealed class SpecRuleTests
{
    private const string NoUidMap = "/linux/uidMappings: a new user namespace needs uid mappings";
    private const string NoGidMap = "/linux/gidMappings: a new user namespace needs gid mappings";
    private const string NoUserNamespace = "mappings need a user namespace, but linux.namespaces has none";
    private const string BothMaps = "/mounts/7: an id-mapped mount needs uidMappings and gidMappings";
    private const string OnlyBinds = "/mounts/7: only a bind mount can be id-mapped";
    private const string NoSource = "/mounts/7/source: a bind mount needs a source";
    private const string NoNul = "a NUL character is not allowed";

    private static readonly List<OciIdMapping> s_map = [new() { ContainerID = 0, HostID = 100000, Size = 65536 }];

    private static readonly (string[] Problems, Action<OciSpec> Change)[] s_cases =
    [
        ([], static _ => { }),
        // Mounts.
        ([], Mount(static m => { m.Type = "bind"; m.Source = "/"; })),
        ([], Mount(static m => { m.Options = ["rbind"]; m.Source = "/"; })),
        ([], Mount(static m => { m.Options = ["ro", "bind"]; m.Source = "/"; })),
        ([], Mount(static m => m.Type = "tmpfs")),
        ([], Mount(static m => m.Options = ["binds", "rbinds", "remounts"])),
        ([NoSource], Mount(static m => m.Options = ["ro", "bind"])),
        ([NoSource], Mount(static m => m.Options = ["rbind", "ro"])),
        ([NoSource], Mount(static m => { m.Type = "bind"; m.Source = ""; })),
        ([], Mount(static m => m.Options = ["remount", "bind"])),
        ([], Mount(static m => m.Options = ["bind", "remount", "ro"])),
        ([], Mount(static m => m.Options = ["remount", "bind", "remount"])),
        ([], Mount(static m => { m.Source = "/"; m.Options = ["bind", "idmap", "ridmap"]; })),
        ([OnlyBinds], Mount(static m => m.Options = ["idmap", "idmap"])),
        // Twice the same, and what nobody knows.
        (["/linux/namespaces/0/type: unknown namespace type \"a\"; expected one of pid, network, mount, ipc, uts, user, cgroup, time", "/linux/namespaces/1/type: unknown namespace type \"b\"; expected one of pid, network, mount, ipc, uts, user, cgroup, time"],
            static spec => spec.Linux!.Namespaces = [new() { Type = "a" }, new() { Type = "b" }, .. spec.Linux.Namespaces!]),
        (["/process/rlimits/1/type: unknown rlimit \"a\"", "/process/rlimits/2/type: unknown rlimit \"b\""],
            static spec => spec.Process!.Rlimits!.AddRange([new() { Type = "a" }, new() { Type = "b" }])),
        (["/process/rlimits/1/type: RLIMIT_NOFILE is given twice", "/process/rlimits/2/type: RLIMIT_NOFILE is given twice"],
            static spec => spec.Process!.Rlimits!.AddRange([new() { Type = "RLIMIT_NOFILE", Hard = 1, Soft = 1 }, new() { Type = "RLIMIT_NOFILE", Hard = 1, Soft = 1 }])),
        ([NoUidMap, NoGidMap], static s => { s.Linux!.Namespaces!.Add(new() { Type = "user" }); s.Linux.UidMappings = []; s.Linux.GidMappings = []; }),
        ([], static s => { s.Linux!.UidMappings = []; s.Linux.GidMappings = []; }),
        (["/hostname: hostname needs a uts namespace of the container's own"], static s => { s.Linux = null; s.Hostname = "a"; }),
        // Where something stands at the very beginning.
        (["/linux/resources/unified/~1a.b: \"/a.b\" is not the name of a cgroup file"], static s => s.Linux!.Resources = new() { Unified = new() { ["/a.b"] = "1" } }),
        (["/linux/cgroupsPath: \"../a\" has the component \"..\""], static spec => spec.Linux!.CgroupsPath = "../a"),
        (["/linux/sysctl/net.ipv4.ip_forward: " + NoNul], static spec => spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1\0" }),
        (["/linux/sysctl/~1net: \"/net\" is not a valid name of a kernel parameter"], static spec => spec.Linux!.Sysctl = new() { ["/net"] = "1" }),
        // The number of lines that a map may have, and lines that overlap several others: each is told once.
        (["/linux/uidMappings/339: overlaps /linux/uidMappings/0"], static s => Mapped(s, [.. Enumerable.Range(0, 340).Select(static i => ((uint)i % 339, (uint)i, 1u))])),
        (["/linux/uidMappings/1: overlaps /linux/uidMappings/0", "/linux/uidMappings/2: overlaps /linux/uidMappings/0"], Maps((0, 0, 1), (0, 1, 1), (0, 2, 1))),
        (["/mounts/7/destination: must not be empty"], Mount(static m => m.Destination = "")),
        (["/mounts/7/destination: " + NoNul], Mount(static m => m.Destination = "/x\0")),
        (["/mounts/7/source: " + NoNul], Mount(static m => m.Source = "\0")),
        (["/mounts/7/type: " + NoNul], Mount(static m => m.Type = "a\0b")),
        (["/mounts/7/options/1: " + NoNul], Mount(static m => m.Options = ["ro", "\0"])),
        ([], Mount(static m => { m.Type = "bind"; m.Source = "/"; m.UidMappings = s_map; m.GidMappings = s_map; })),
        ([], Mount(static m => { m.Source = "/"; m.Options = ["bind", "idmap"]; })),
        ([], Mount(static m => { m.Source = "/"; m.Options = ["rbind", "ridmap"]; m.UidMappings = []; m.GidMappings = []; })),
        ([OnlyBinds], Mount(static m => m.Options = ["idmap"])),
        ([OnlyBinds], Mount(static m => m.Options = ["ridmap", "ro"])),
        ([OnlyBinds], Mount(static m => { m.UidMappings = s_map; m.GidMappings = s_map; })),
        ([BothMaps], Mount(static m => { m.Type = "bind"; m.Source = "/"; m.UidMappings = s_map; })),
        ([BothMaps], Mount(static m => { m.Type = "bind"; m.Source = "/"; m.GidMappings = s_map; m.UidMappings = []; })),
        ([BothMaps, OnlyBinds], Mount(static m => m.UidMappings = s_map)),
        ([BothMaps, OnlyBinds], Mount(static m => m.GidMappings = s_map)),
        (["/mounts/7/uidMappings/0/size: must be greater than zero"], Mount(static m =>
        {
            m.Options = ["bind"];
            m.Source = "/";
            m.UidMappings = [new()];
            m.GidMappings = s_map;
        })),
        (["/mounts/7/gidMappings/0/size: must be greater than zero"], Mount(static m =>
        {
            m.Options = ["bind"];
            m.Source = "/";
            m.UidMappings = s_map;
            m.GidMappings = [new()];
        })),
        ([], static s => s.Linux!.RootfsPropagation = "rslave"),
        ([], static s => s.Linux!.RootfsPropagation = ""),
        ([], static s => s.Linux!.RootfsPropagation = "unbindable"),
        // Id maps.
        ([], Map(0, 0, uint.MaxValue)),
        (["/linux/uidMappings/0: the container ids exceed 4294967294"], Map(1, 0, uint.MaxValue)),
        (["/linux/uidMappings/0: the host ids exceed 4294967294"], Map(0, 1, uint.MaxValue)),
        (["/linux/uidMappings/0: the host ids exceed 4294967294"], Map(0, uint.MaxValue, 1)),
        ([], Map(4294967294, 4294967294, 1)),
        ([], Maps((0, 0, 10), (10, 10, 5))),
        ([], Maps((10, 10, 5), (0, 0, 10))),
        (["/linux/uidMappings/1: overlaps /linux/uidMappings/0"], Maps((0, 0, 10), (9, 10, 5))),
        (["/linux/uidMappings/1: overlaps /linux/uidMappings/0"], Maps((5, 0, 5), (0, 10, 6))),
        (["/linux/uidMappings/1: overlaps /linux/uidMappings/0"], Maps((0, 5, 5), (10, 0, 6))),
        (["/linux/uidMappings/2: overlaps /linux/uidMappings/1"], Maps((0, 0, 1), (1, 1, 2), (2, 9, 1))),
        ([], static s => Mapped(s, [.. Enumerable.Range(0, 340).Select(i => ((uint)i, (uint)i, 1u))])),
        (["/linux/uidMappings: must have at most 340 entries, found 341"], static s => Mapped(s, [.. Enumerable.Range(0, 341).Select(i => ((uint)i, (uint)i, 1u))])),
        // User namespaces.
        ([NoUidMap, NoGidMap], static s => Add(s, "user")),
        ([NoUidMap, NoGidMap], static s => Add(s, "user", string.Empty)),
        ([NoGidMap], static s => { Add(s, "user"); s.Linux!.UidMappings = s_map; }),
        ([NoUidMap], static s => { Add(s, "user"); s.Linux!.GidMappings = s_map; s.Linux.UidMappings = []; }),
        ([], static s => { Add(s, "user"); s.Linux!.GidMappings = s.Linux.UidMappings = s_map; }),
        ([], static s => Add(s, "user", "/proc/1/ns/user")),
        ([], static s => { Add(s, "user", "/proc/1/ns/user"); s.Linux!.UidMappings = s_map; }),
        (["/linux/uidMappings: " + NoUserNamespace], static s => s.Linux!.UidMappings = s_map),
        (["/linux/gidMappings: " + NoUserNamespace], static s => s.Linux!.GidMappings = s_map),
        (["/linux/uidMappings: " + NoUserNamespace], static s => s.Linux!.GidMappings = s.Linux.UidMappings = s_map),
        ([], static s => { s.Linux!.GidMappings = []; s.Linux.UidMappings = []; }),
        (["/linux/gidMappings/0/size: must be greater than zero"], static s => { Add(s, "user"); s.Linux!.UidMappings = s_map; s.Linux.GidMappings = [new()]; }),
        // Other namespaces.
        (["/linux/namespaces/5: the mount namespace is given twice"], static s => Add(s, "mount")),
        (["/linux/namespaces/5: the pid namespace is given twice", "/linux/namespaces/6: the pid namespace is given twice"], static s => { Add(s, "pid"); Add(s, "pid", "/x"); }),
        (["/linux/namespaces/5/path: must be an absolute path, found \"x\""], static s => Add(s, "time", "x")),
        (["/linux/namespaces/5/path: " + NoNul], static s => Add(s, "time", "/x\0")),
        ([], static s => Add(s, "time", "/x")),
        ([], static s => Offsets(s, null, new() { Nanosecs = 999_999_999 })),
        (["/linux/timeOffsets/boottime/nanosecs: must be below 1000000000, found 1000000000"], static s => Offsets(s, null, new() { Nanosecs = 1_000_000_000 })),
        (["/linux/timeOffsets: the time namespace that is joined already has offsets"], static s => Offsets(s, "/x", new())),
        ([], static s => Offsets(s, string.Empty, new() { Secs = -1 })),
        (["/linux/timeOffsets: offsets need a time namespace, but linux.namespaces has none"],
            static s => s.Linux!.TimeOffsets = new() { ["monotonic"] = new() }),
        ([], static s => s.Linux!.TimeOffsets = []),
        // Names of the host: HOST_NAME_MAX bytes (gethostname(2)).
        ([], static s => s.Hostname = new string('x', 64)),
        (["/hostname: must be at most 64 bytes"], static s => s.Hostname = new string('x', 65)),
        ([], static s => s.Hostname = new string('é', 32)),
        (["/hostname: must be at most 64 bytes"], static s => s.Hostname = new string('é', 33)),
        (["/domainname: must be at most 64 bytes"], static s => s.Domainname = new string('x', 65)),
        (["/domainname: " + NoNul], static s => s.Domainname = "\0"),
        ([], static s => { Drop(s, "uts"); s.Hostname = ""; s.Domainname = null; }),
        (["/linux/readonlyPaths: hiding paths needs a mount namespace of the container's own, but linux.namespaces has none"], static s => { Drop(s, "mount"); s.Linux!.MaskedPaths = []; }),
        (["/linux/readonlyPaths/5: must not be empty"], static s => s.Linux!.ReadonlyPaths!.Add(string.Empty)),
        // Network devices: IFNAMSIZ is 16 with the NUL (netdevice(7)).
        ([], static s => Device(s, "eth0", "0123456789abcde")),
        ([], static s => Device(s, "a.b", string.Empty)),
        (["/linux/netDevices/eth0/name: \"0123456789abcdef\" is not a valid name of a network device"], static s => Device(s, "eth0", "0123456789abcdef")),
        (["/linux/netDevices/eth0/name: \"ééééxxxxxxxx\" is not a valid name of a network device"], static s => Device(s, "eth0", "ééééxxxxxxxx")),
        (["/linux/netDevices/.: \".\" is not a valid name of a network device"], static s => Device(s, ".", null)),
        (["/linux/netDevices/..: \"..\" is not a valid name of a network device"], static s => Device(s, "..", null)),
        (["/linux/netDevices/: \"\" is not a valid name of a network device"], static s => Device(s, string.Empty, null)),
        (["/linux/netDevices/a:1: \"a:1\" is not a valid name of a network device"], static s => Device(s, "a:1", null)),
        (["/linux/netDevices/a b: \"a b\" is not a valid name of a network device"], static s => Device(s, "a b", null)),
        (["/linux/netDevices/a\0: \"a\0\" is not a valid name of a network device"], static s => Device(s, "a\0", null)),
        (["/linux/netDevices: moving devices needs a network namespace of the container's own, but linux.namespaces has none"], static s => { Drop(s, "network"); Device(s, "eth0", null); }),
        // The process.
        ([], static s => s.Process!.OomScoreAdj = 1000),
        ([], static s => s.Process!.OomScoreAdj = -1000),
        (["/process/oomScoreAdj: must be between -1000 and 1000, found 1001"], static s => s.Process!.OomScoreAdj = 1001),
        (["/process/oomScoreAdj: must be between -1000 and 1000, found -1001"], static s => s.Process!.OomScoreAdj = -1001),
        ([], static s => s.Process!.User!.Umask = 511),
        ([], static s => { s.Process!.User!.Uid = s.Process.User.Gid = uint.MaxValue - 1; s.Process.User.AdditionalGids = [uint.MaxValue - 1]; }),
        ([], static s => s.Process!.ConsoleSize = new() { Height = 65535, Width = 65535 }),
        (["/process/consoleSize: height and width must be at most 65535, found 65536 and 1"], static s => s.Process!.ConsoleSize = new() { Height = 65536, Width = 1 }),
        (["/process/consoleSize: height and width must be at most 65535, found 1 and 65536"], static s => s.Process!.ConsoleSize = new() { Height = 1, Width = 65536 }),
        ([], static s => { s.Process!.ConsoleSize = new() { Height = 65536, Width = 65536 }; s.Process.Terminal = false; }),
        ([], static s => s.Process!.IOPriority = new() { Class = "IOPRIO_CLASS_BE", Priority = 7 }),
        ([], static s => s.Process!.IOPriority = new() { Class = "IOPRIO_CLASS_RT", Priority = 0 }),
        (["/process/ioPriority/priority: must be between 0 and 7, found -1"], static s => s.Process!.IOPriority = new() { Class = "IOPRIO_CLASS_IDLE", Priority = -1 }),
        (["/process/args: must not be empty"], static s => s.Process!.Args = null),
        (["/process/args/0: " + NoNul], static s => s.Process!.Args = ["\0"]),
        (["/process/env/0: expected NAME=value, found \"\"", "/process/env/1: a NUL character is not allowed"], static s => s.Process!.Env = [null!, "A=\0", "A="]),
        (["/process/rlimits/1/type: RLIMIT_CPU is given twice"], static s => s.Process!.Rlimits = [new() { Type = "RLIMIT_CPU" }, new() { Type = "RLIMIT_CPU" }]),
        ([], static s => s.Process!.Rlimits = [new() { Type = "RLIMIT_CPU", Soft = 1, Hard = 1 }, new() { Type = "RLIMIT_FSIZE" }, new() { Type = "RLIMIT_RTTIME" }]),
        (["/process/rlimits/0/soft: must not be above the hard limit 1, found 2"], static s => s.Process!.Rlimits = [new() { Type = "RLIMIT_CPU", Soft = 2, Hard = 1 }]),
        (["/process/execCPUAffinity/final: expected a list such as 0-3,7, found \"0-65536\""], static s => s.Process!.ExecCPUAffinity = new() { Initial = "0-65535", Final = "0-65536" }),
        // Schedulers: sched(7).
        ([], Scheduler("SCHED_OTHER", static p => p.Nice = 19)),
        ([], Scheduler("SCHED_BATCH", static p => p.Nice = -20)),
        (["/process/scheduler/nice: must be between -20 and 19, found 20"], Scheduler("SCHED_BATCH", static p => p.Nice = 20)),
        (["/process/scheduler/nice: must be between -20 and 19, found -21"], Scheduler("SCHED_OTHER", static p => p.Nice = -21)),
        ([], Scheduler("SCHED_IDLE", static p => p.Nice = 20)),
        ([], Scheduler("SCHED_FIFO", static p => { p.Priority = 99; p.Nice = 20; })),
        ([], Scheduler("SCHED_RR", static p => p.Priority = 1)),
        ([], Scheduler("SCHED_OTHER", static p => p.Priority = 0)),
        (["/process/scheduler/priority: only SCHED_FIFO and SCHED_RR have a priority, not SCHED_IDLE"], Scheduler("SCHED_IDLE", static p => p.Priority = 1)),
        (["/process/scheduler/priority: only SCHED_FIFO and SCHED_RR have a priority, not SCHED_DEADLINE"], Scheduler("SCHED_DEADLINE", static p => p.Priority = -1)),
        ([], Scheduler("SCHED_DEADLINE", static p => p.Runtime = p.Deadline = p.Period = 1)),
        ([], Scheduler("SCHED_OTHER", static p => p.Runtime = p.Deadline = p.Period = 0)),
        (["/process/scheduler: only SCHED_DEADLINE has runtime, deadline and period, not SCHED_RR"], Scheduler("SCHED_RR", static p => p.Runtime = 1)),
        (["/process/scheduler: only SCHED_DEADLINE has runtime, deadline and period, not SCHED_OTHER"], Scheduler("SCHED_OTHER", static p => p.Deadline = 1)),
        (["/process/scheduler: only SCHED_DEADLINE has runtime, deadline and period, not SCHED_OTHER"], Scheduler("SCHED_OTHER", static p => p.Period = 1)),
        (["/process/scheduler/flags/1: unknown scheduler flag \"x\"; expected one of SCHED_FLAG_RESET_ON_FORK, SCHED_FLAG_RECLAIM, SCHED_FLAG_DL_OVERRUN, SCHED_FLAG_KEEP_POLICY, "
            + "SCHED_FLAG_KEEP_PARAMS, SCHED_FLAG_UTIL_CLAMP_MIN, SCHED_FLAG_UTIL_CLAMP_MAX"], Scheduler("SCHED_OTHER", static p => p.Flags = ["SCHED_FLAG_RECLAIM", "x"])),
        // Memory policies: set_mempolicy(2).
        ([], Policy("MPOL_BIND", "0")),
        ([], Policy("MPOL_BIND", "1023")),
        (["/linux/memoryPolicy/nodes: expected a list such as 0-3,7, found \"1024\""], Policy("MPOL_BIND", "1024")),
        ([], Policy("MPOL_DEFAULT", "")),
        ([], Policy("MPOL_LOCAL", "")),
        ([], Policy("MPOL_PREFERRED", "")),
        ([], Policy("MPOL_PREFERRED", "0")),
        ([], Policy("MPOL_INTERLEAVE", "0-1")),
        ([], Policy("MPOL_WEIGHTED_INTERLEAVE", "0-1")),
        ([], Policy("MPOL_PREFERRED_MANY", "0-1")),
        (["/linux/memoryPolicy/nodes: must be empty with MPOL_DEFAULT"], Policy("MPOL_DEFAULT", "0")),
        (["/linux/memoryPolicy/nodes: must be empty with MPOL_LOCAL"], Policy("MPOL_LOCAL", "0")),
        (["/linux/memoryPolicy/nodes: must not be empty with MPOL_BIND"], Policy("MPOL_BIND", "")),
        (["/linux/memoryPolicy/nodes: must not be empty with MPOL_INTERLEAVE"], Policy("MPOL_INTERLEAVE", "")),
        (["/linux/memoryPolicy/nodes: must not be empty with MPOL_WEIGHTED_INTERLEAVE"], Policy("MPOL_WEIGHTED_INTERLEAVE", "")),
        (["/linux/memoryPolicy/nodes: must not be empty with MPOL_PREFERRED_MANY"], Policy("MPOL_PREFERRED_MANY", "")),
        (["/linux/memoryPolicy/flags/0: unknown memory policy flag \"x\"; expected one of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES, MPOL_F_STATIC_NODES"],
            static s => s.Linux!.MemoryPolicy = new() { Mode = "MPOL_LOCAL", Flags = ["x", "MPOL_F_STATIC_NODES"] }),
        // Small parts.
        (["/annotations: a key must not be empty"], static s => s.Annotations = new() { [""] = "x", ["a"] = "" }),
        (["/root/path: " + NoNul], static s => s.Root!.Path = "a\0"),
        ([], static s => s.Linux!.IntelRdt = new() { ClosID = "/" }),
        ([], static s => s.Linux!.IntelRdt = new() { ClosID = "a" }),
        (["/linux/intelRdt/closID: \".\" is not the name of a directory"], static s => s.Linux!.IntelRdt = new() { ClosID = "." }),
        (["/linux/intelRdt/closID: \"..\" is not the name of a directory"], static s => s.Linux!.IntelRdt = new() { ClosID = ".." }),
        (["/linux/intelRdt/closID: \"/a\" is not the name of a directory"], static s => s.Linux!.IntelRdt = new() { ClosID = "/a" }),
        ([], static s => s.Linux!.CgroupsPath = "./a"),
        (["/linux/cgroupsPath: \"//./\" is the root cgroup"], static s => s.Linux!.CgroupsPath = "//./"),
        (["/linux/cgroupsPath: " + NoNul], static s => s.Linux!.CgroupsPath = "/a\0"),
        // Devices: dev_t has 12 and 20 bits.
        ([], static s => s.Linux!.Devices = [new() { Type = "c", Path = "/d", Major = 4095, Minor = 1048575 }, new() { Type = "u", Path = "/e", Major = 0, Minor = 0 }]),
        (["/linux/devices/0/major: must be between 0 and 4095, found 4096"], static s => s.Linux!.Devices = [new() { Type = "c", Path = "/d", Major = 4096, Minor = 0 }]),
        (["/linux/devices/0/minor: must be between 0 and 1048575, found 1048576"], static s => s.Linux!.Devices = [new() { Type = "u", Path = "/d", Major = 0, Minor = 1048576 }]),
        (["/linux/devices/0/minor: must be between 0 and 1048575, found -1"], static s => s.Linux!.Devices = [new() { Type = "b", Path = "/d", Major = 0, Minor = -1 }]),
        (["/linux/devices/0/gid: 4294967295 is not an id"], static s => s.Linux!.Devices = [new() { Type = "p", Path = "/d", Gid = uint.MaxValue }]),
        // Hooks.
        ([], static s => s.Hooks = new() { Prestart = [new() { Path = "/t", Timeout = 1, Env = [], Args = ["a"] }] }),
        (["/hooks/prestart/0/timeout: must be greater than zero, found -1"], static s => s.Hooks = new() { Prestart = [new() { Path = "/t", Timeout = -1 }] }),
        (["/hooks/prestart/0/args/1: " + NoNul], static s => s.Hooks = new() { Prestart = [new() { Path = "/t", Args = ["a", "\0"] }] }),
        (
            [
                "/hooks/prestart/0/path: must not be empty", "/hooks/createRuntime/0/path: must not be empty", "/hooks/createContainer/0/path: must not be empty",
                "/hooks/startContainer/0/path: must not be empty", "/hooks/poststart/0/path: must not be empty", "/hooks/poststop/0/path: must not be empty",
            ],
            static s => s.Hooks = new() { Prestart = [new()], CreateRuntime = [new()], CreateContainer = [new()], StartContainer = [new()], Poststart = [new()], Poststop = [new()] }),
        // Resources.
        ([], Memory(static m => { m.Limit = m.Reservation = m.Swap = -1; m.Swappiness = 100; })),
        ([], Memory(static m => m.Swap = m.Limit = 5)),
        ([], Memory(static m => { m.Limit = 5; m.Swap = -1; })),
        ([], Memory(static m => { m.Limit = 5; m.Swap = 0; })),
        ([], Memory(static m => { m.Limit = -1; m.Swap = 5; })),
        (["/linux/resources/memory/swap: must be a number of bytes, or -1 for no limit, found -2"], Memory(static m => m.Swap = -2)),
        (["/linux/resources/memory/swappiness: must be between 0 and 100, found 101"], Memory(static m => m.Swappiness = 101)),
        ([], Cpu(static c => { c.Period = 1000; c.Quota = 1000; c.Burst = 1000; c.Idle = 1; })),
        ([], Cpu(static c => { c.Period = 1_000_000; c.Quota = 0; c.Burst = 5; })),
        ([], Cpu(static c => { c.Quota = -1; c.Burst = 5; })),
        (["/linux/resources/cpu/period: must be between 1000 and 1000000 us, found 999"], Cpu(static c => c.Period = 999)),
        (["/linux/resources/cpu/period: must be between 1000 and 1000000 us, found 1"], Cpu(static c => c.Period = 1)),
        (["/linux/resources/cpu/period: must be between 1000 and 1000000 us, found 1000001"], Cpu(static c => c.Period = 1_000_001)),
        (["/linux/resources/cpu/quota: must be at least 1000 us, found 999"], Cpu(static c => c.Quota = 999)),
        (["/linux/resources/cpu/quota: must be at least 1000 us, found 1"], Cpu(static c => c.Quota = 1)),
        (["/linux/resources/cpu/burst: must not be above the quota 1000, found 1001"], Cpu(static c => { c.Quota = 1000; c.Burst = 1001; })),
        (["/linux/resources/cpu/idle: must be 0 or 1, found -1"], Cpu(static c => c.Idle = -1)),
        (["/linux/resources/cpu/mems: expected a list such as 0-3,7, found \"x\""], Cpu(static c => c.Mems = "x")),
        ([], static s => s.Linux!.Resources!.BlockIO = new() { Weight = 10, LeafWeight = 1000, WeightDevice = [new() { Weight = 0, LeafWeight = 10 }] }),
        (["/linux/resources/blockIO/weight: must be between 10 and 1000, found 9", "/linux/resources/blockIO/leafWeight: must be between 10 and 1000, found 1001"],
            static s => s.Linux!.Resources!.BlockIO = new() { Weight = 9, LeafWeight = 1001 }),
        (["/linux/resources/blockIO/weightDevice/1/weight: must be between 10 and 1000, found 1"],
            static s => s.Linux!.Resources!.BlockIO = new() { WeightDevice = [new(), new() { Weight = 1 }] }),
        ([], static s => s.Linux!.Resources!.Devices = [new() { Major = uint.MaxValue, Minor = 0, Type = "", Access = "" }]),
        (["/linux/resources/devices/0/major: must be a device number, or -1 for all, found 4294967296"], static s => s.Linux!.Resources!.Devices = [new() { Major = 4294967296 }]),
        (["/linux/resources/devices/0/minor: must be a device number, or -1 for all, found -2"], static s => s.Linux!.Resources!.Devices = [new() { Minor = -2 }]),
        (["/linux/resources/unified/a.b: " + NoNul], static s => s.Linux!.Resources!.Unified = new() { ["a.b"] = "\0" }),
    ];

    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < s_cases.Length; i++)
                data.Add(i, string.Join("; ", s_cases[i].Problems).Replace('\0', '.'));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RulesSayThisAndNoMore(int index, string problems)
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Linux!.Namespaces!.RemoveAll(static ns => ns.Type == "cgroup");
        s_cases[index].Change(spec);
        string[] found = [.. SpecValidator.Collect(spec).Select(static problem => $"{problem.Pointer}: {problem.Message}")];
        Assert.Equal(s_cases[index].Problems, found);
        Assert.Equal(problems, string.Join("; ", found).Replace('\0', '.'));
    }

    /// <summary>bitmap_parselist() of the kernel.</summary>
    [Theory]
    [InlineData("0", true)]
    [InlineData("N", true)]
    [InlineData("3-3", true)]
    [InlineData("N-N", true)]
    [InlineData("all", true)]
    [InlineData("All:1/2", true)]
    [InlineData("0-7:2/2", true)]
    [InlineData("0-7:0/1", true)]
    [InlineData("0-N:1/2,3", true)]
    [InlineData("4-3", false)]
    [InlineData("N-3", false)]
    [InlineData("n", false)]
    [InlineData("3-", false)]
    [InlineData("1-2-3", false)]
    [InlineData("all-1", false)]
    [InlineData("3:1/2", false)]
    [InlineData("0-7:", false)]
    [InlineData("0-7:1", false)]
    [InlineData("0-7:/2", false)]
    [InlineData("0-7:1/", false)]
    [InlineData("0-7:3/2", false)]
    [InlineData("0-7:0/0", false)]
    [InlineData("0-7:1/2/3", false)]
    [InlineData("0-7:1/2:3", false)]
    [InlineData("0-7:x/2", false)]
    [InlineData("0,x", false)]
    [InlineData("x,0", false)]
    [InlineData(" ", false)]
    public void ListsOfCpusAreTheKernels(string list, bool valid) =>
        Assert.Equal(Found(valid, "/linux/resources/cpu/cpus"), Pointers(s => s.Linux!.Resources!.Cpu = new() { Cpus = list }));

    /// <summary>config-linux.md: what belongs to the ipc namespace (ipc_namespaces(7)).</summary>
    [Theory]
    [InlineData("kernel.msgmax")]
    [InlineData("kernel.msgmnb")]
    [InlineData("kernel.msgmni")]
    [InlineData("kernel.sem")]
    [InlineData("kernel.shmall")]
    [InlineData("kernel.shmmax")]
    [InlineData("kernel.shmmni")]
    [InlineData("kernel.shm_rmid_forced")]
    [InlineData("fs.mqueue.msg_max")]
    [InlineData("fs/mqueue/queues_max")]
    public void ParametersOfTheIpcNamespaceNeedOne(string name)
    {
        string pointer = "/linux/sysctl/" + name.Replace("/", "~1", StringComparison.Ordinal);
        Assert.Empty(Pointers(s => s.Linux!.Sysctl = new() { [name] = "1" }));
        Assert.Equal([pointer], Pointers(s =>
        {
            Drop(s, "ipc");
            s.Linux!.Sysctl = new() { [name] = "1" };
        }));
    }

    [Theory]
    [InlineData("kernel.shm")]
    [InlineData("kernel.msgmax2")]
    [InlineData("fs.mqueue")]
    [InlineData("fs.mqueues.x")]
    [InlineData("net")]
    [InlineData("network.x")]
    [InlineData("kernel.hostname")]
    [InlineData("user.max_net_namespaces")]
    [InlineData("")]
    [InlineData(".net")]
    [InlineData("net.")]
    [InlineData("/net.x")]
    [InlineData("net.x/")]
    [InlineData("net..x")]
    [InlineData("net.x//y")]
    public void OtherParametersAreRefused(string name) =>
        Assert.Equal(["/linux/sysctl/" + name.Replace("/", "~1", StringComparison.Ordinal)], Pointers(s => s.Linux!.Sysctl = new() { [name] = "1" }));

    [Theory]
    [InlineData("2MB", true)]
    [InlineData("64KB", true)]
    [InlineData("1GB", true)]
    [InlineData("16GB", true)]
    [InlineData("0MB", false)]
    [InlineData("MB", false)]
    [InlineData("2TB", false)]
    [InlineData("2mb", false)]
    [InlineData("2M", false)]
    [InlineData("2B", false)]
    [InlineData("2xMB", false)]
    [InlineData("-2MB", false)]
    [InlineData("", false)]
    public void SizesOfPagesAreTheKernels(string size, bool valid) =>
        Assert.Equal(Found(valid, "/linux/resources/hugepageLimits/0/pageSize"), Pointers(s => s.Linux!.Resources!.HugepageLimits = [new() { PageSize = size }]));

    private static string[] Found(bool valid, string pointer) => valid ? [] : [pointer];

    private static IEnumerable<string> Pointers(Action<OciSpec> change)
    {
        OciSpec spec = SpecDefaults.Create();
        change(spec);
        return SpecValidator.Collect(spec).Select(static problem => problem.Pointer);
    }

    private static Action<OciSpec> Mount(Action<OciMount> change) => spec =>
    {
        var mount = new OciMount { Destination = "/x" };
        change(mount);
        spec.Mounts!.Add(mount);
    };

    private static Action<OciSpec> Map(uint inside, uint outside, uint size) => Maps((inside, outside, size));

    private static Action<OciSpec> Maps(params (uint Inside, uint Outside, uint Size)[] lines) => spec => Mapped(spec, lines);

    private static void Mapped(OciSpec spec, (uint Inside, uint Outside, uint Size)[] lines)
    {
        Add(spec, "user");
        spec.Linux!.UidMappings = [.. lines.Select(static line => new OciIdMapping { ContainerID = line.Inside, HostID = line.Outside, Size = line.Size })];
        spec.Linux.GidMappings = s_map;
    }

    private static Action<OciSpec> Scheduler(string policy, Action<OciScheduler> change) => spec =>
    {
        spec.Process!.Scheduler = new() { Policy = policy };
        change(spec.Process.Scheduler);
    };

    private static Action<OciSpec> Policy(string mode, string nodes) => spec => spec.Linux!.MemoryPolicy = new() { Mode = mode, Nodes = nodes };

    private static Action<OciSpec> Memory(Action<OciMemory> change) => spec => change(spec.Linux!.Resources!.Memory = new());

    private static Action<OciSpec> Cpu(Action<OciCpu> change) => spec => change(spec.Linux!.Resources!.Cpu = new());

    private static void Offsets(OciSpec spec, string? path, OciTimeOffset offset)
    {
        Add(spec, "time", path);
        spec.Linux!.TimeOffsets = new() { ["boottime"] = offset };
    }

    private static void Device(OciSpec spec, string name, string? inside) => spec.Linux!.NetDevices = new() { [name] = new() { Name = inside } };

    private static void Drop(OciSpec spec, string type) => spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type == type);

    private static void Add(OciSpec spec, string type, string? path = null) => spec.Linux!.Namespaces!.Add(new() { Type = type, Path = path });
}
