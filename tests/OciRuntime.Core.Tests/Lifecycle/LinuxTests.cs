using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Properties of root and linux, as the process or the kernel sees them.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class LinuxTests : ContainerFixture
{
    private static readonly (string Type, string File)[] s_namespaces =
        [("pid", "pid"), ("network", "net"), ("mount", "mnt"), ("ipc", "ipc"), ("uts", "uts"), ("user", "user"), ("cgroup", "cgroup"), ("time", "time")];

    /// <summary>The files of the core of v2 move processes, kill and freeze: none of them is a limit.</summary>
    [Fact]
    public void UnifiedKeysOtherThanLimitsAreRefusedBeforeAnythingIsMade()
    {
        foreach (string key in (string[])["cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control", "nodots"])
        {
            var unified = new OciResources { Unified = new() { [key] = "1" } };
            OciSpec spec = Spec("sleep", "100");
            spec.Linux!.Resources = unified;
            foreach (Action refused in (Action[])[() => Runtime.Plan(Request("c", spec)), () => Runtime.Create(Request("c", spec))])
            {
                OciException error = Assert.Throws<OciException>(refused);
                Assert.Equal((OciErrorCode.InvalidSpec, "/linux/resources/unified/" + key), (error.Code, error.SpecPointer));
            }
            Assert.Contains(SpecLint.Check(spec), issue => issue.Level == OciIssueSeverity.Error && issue.Pointer == "/linux/resources/unified/" + key);
            Runtime.Run(Request("c", Spec("sleep", "100"))).Dispose();
            OciException update = Assert.Throws<OciException>(() => Runtime.Update("c", unified));
            Assert.Equal((OciErrorCode.InvalidSpec, "/linux/resources/unified/" + key), (update.Code, update.SpecPointer));
            Assert.Equal(ContainerStatus.Running, Runtime.Get("c").State);
            Runtime.Delete("c", force: true);
        }
    }

    [Fact]
    public void OfTwoDevicesWithOnePathTheFirstCounts()
    {
        OciSpec spec = Script("stat -c '%t %T' /dev/twice");
        spec.Linux!.Devices =
        [
            new() { Type = "c", Path = "/dev/twice", Major = 1, Minor = 3 },
            new() { Type = "c", Path = "/dev/./twice", Major = 1, Minor = 5 },
        ];
        Assert.Equal(("1 3\n", 0), Run(spec));
        Assert.Contains(Warnings, warning => warning.StartsWith("/linux/devices/1: ", StringComparison.Ordinal));
    }

    [Fact]
    public void AUnifiedFileThatThisKernelLacksIsNamed()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Resources = new() { Unified = new() { ["memory.maxx"] = "1" } };
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal((OciErrorCode.NotSupported, "/linux/resources/unified/memory.maxx"), (error.Code, error.SpecPointer));
        Assert.Contains("memory.maxx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRootIsThatOfThePathAndReadonlyWhenAsked()
    {
        OciSpec spec = Script("cat /mark; touch /x 2>/dev/null || echo read-only");
        Directory.Move(Path.Combine(Bundle, "rootfs"), Temporary("elsewhere"));
        File.WriteAllText(Path.Combine(Temporary("elsewhere"), "mark"), "mark\n");
        spec.Root = new() { Path = Temporary("elsewhere"), Readonly = true };
        Assert.Equal("mark\nread-only\n", Run(spec).Output);
        spec.Root = new() { Path = "../elsewhere" };
        Assert.Equal("mark\n", Run(spec).Output);
    }

    [Fact]
    public void HostNameAndDomainNameAreTheContainersOwn()
    {
        OciSpec spec = Spec("cat", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname");
        spec.Hostname = "some-host";
        spec.Domainname = "some.domain";
        string host = File.ReadAllText("/proc/sys/kernel/hostname");
        Assert.Equal("some-host\nsome.domain\n", Run(spec).Output);
        Assert.Equal(host, File.ReadAllText("/proc/sys/kernel/hostname"));
    }

    [Fact]
    public void NamespacesOfTheListAreNewAndTheOthersTheHosts()
    {
        OciSpec spec = Everything(Script(Links));
        string[] own = Run(spec).Output.TrimEnd().Split('\n');
        Assert.Equal(s_namespaces.Length, own.Length);
        Assert.All(own.Zip(s_namespaces), pair => Assert.NotEqual(Host(pair.Second.File), pair.First));

        // Without one of its own the mount namespace has no root to change: it alone must be in the list.
        OciSpec shared = Script(Links);
        shared.Linux!.Namespaces = [new() { Type = "mount" }];
        shared.Hostname = null;
        shared.Mounts!.RemoveAll(mount => mount.Type is "sysfs" or "mqueue" or "cgroup");
        string[] hosts = Run(shared).Output.TrimEnd().Split('\n');
        Assert.All(hosts.Zip(s_namespaces).Where(pair => pair.Second.Type != "mount"), pair => Assert.Equal(Host(pair.Second.File), pair.First));
    }

    [Fact]
    public void NamespacesOfAPathAreJoined()
    {
        Runtime.Create(Request("first", Everything(Spec("sleep", "30"))));
        Runtime.Start("first");
        int pid = Runtime.Get("first").Pid;
        OciSpec spec = Script(Links);
        spec.Hostname = null;
        spec.Linux!.Namespaces = [.. s_namespaces.Select(ns => new OciNamespace { Type = ns.Type, Path = ns.Type == "mount" ? null : $"/proc/{pid}/ns/{ns.File}" })];
        string[] joined = Run(spec).Output.TrimEnd().Split('\n');
        foreach ((string actual, (string type, string file)) in joined.Zip(s_namespaces))
            Assert.Equal((type, type != "mount"), (type, actual == new FileInfo($"/proc/{pid}/ns/{file}").LinkTarget));
    }

    [Fact]
    public void TheNamespaceOfAPathOfAnotherTypeIsRefused()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Namespaces!.Single(ns => ns.Type == "network").Path = "/proc/self/ns/uts";
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal($"/linux/namespaces/{spec.Linux.Namespaces!.FindIndex(ns => ns.Type == "network")}", error.SpecPointer?[..19]);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void MappingsAreTheKernels()
    {
        OciSpec spec = Everything(Script("sed 's/  */ /g' /proc/self/uid_map /proc/self/gid_map"));
        spec.Linux!.UidMappings!.Add(new() { ContainerID = 70_000, HostID = 400_000, Size = 5 });
        spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 70_000 }];
        Assert.Equal(" 0 200000 65536\n 70000 400000 5\n 0 200000 70000\n", Run(spec).Output);
    }

    [Fact]
    public void ClocksAreOffset()
    {
        OciSpec spec = Script("sed 's/  */ /g' /proc/self/timens_offsets; cut -d . -f 1 /proc/uptime");
        spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        spec.Linux.TimeOffsets = new() { ["monotonic"] = new() { Secs = 1000, Nanosecs = 5 }, ["boottime"] = new() { Secs = 5_000_000, Nanosecs = 999_999_999 } };
        string[] lines = Run(spec).Output.TrimEnd().Split('\n');
        Assert.Equal(["monotonic 1000 5", "boottime 5000000 999999999"], lines[..2]);
        Assert.True(long.Parse(lines[2], CultureInfo.InvariantCulture) > 5_000_000, lines[2]);
    }

    [Fact]
    public void ClocksMayBeSetBack()
    {
        OciSpec spec = Script("sed 's/  */ /g' /proc/self/timens_offsets");
        spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        spec.Linux.TimeOffsets = new() { ["monotonic"] = new() { Secs = -1, Nanosecs = 5 }, ["boottime"] = new() { Secs = -1 } };
        Assert.Equal("monotonic -1 5\nboottime -1 0\n", Run(spec).Output);
        // Before the boot there was no time.
        spec.Linux.TimeOffsets["monotonic"].Secs = -5_000_000_000;
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal("/linux/timeOffsets", error.SpecPointer);
    }

    [Fact]
    public void DevicesOfAUserNamespaceAreTheHosts()
    {
        // Nobody may make nodes there: what the host has is bound.
        OciSpec spec = Everything(Script("stat -c '%F %t:%T' /dev/zero /dev/kmsg; head -c 3 /dev/zero | wc -c"));
        spec.Linux!.Devices = [new() { Path = "/dev/kmsg", Type = "c", Major = 1, Minor = 11 }];
        Assert.Equal("character special file 1:5\ncharacter special file 1:b\n3\n", Run(spec).Output);
        spec.Linux.Devices[0].Path = "/dev/oci-nosuch";
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal(("/linux/devices/0", "the source of a bind mount must exist on the host"), (error.SpecPointer, error.Hint));
    }

    [Fact]
    public void DevicesHaveTypeNumbersModeAndOwner()
    {
        OciSpec spec = Script("umask 077; stat -c '%F %t:%T %a %u %g' /dev/one /dev/two /dev/sub/three /dev/four; echo x > /dev/one; stat -c %t:%T /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty; readlink /dev/ptmx");
        spec.Linux!.Devices =
        [
            new() { Path = "/dev/one", Type = "c", Major = 1, Minor = 3, FileMode = 0x1B2, Uid = 5, Gid = 6 },
            new() { Path = "/dev/two", Type = "b", Major = 7, Minor = 300 },
            new() { Path = "/dev/sub/three", Type = "p", FileMode = 0x1C0 },
            new() { Path = "/dev/four", Type = "u", Major = 1, Minor = 5, FileMode = 0x124 },
        ];
        spec.Linux.Resources!.Devices!.Add(new() { Allow = true, Type = "c", Major = 1, Minor = 3, Access = "rwm" });
        Assert.Equal(
            "character special file 1:3 662 5 6\nblock special file 7:12c 666 0 0\nfifo 0:0 700 0 0\ncharacter special file 1:5 444 0 0\n1:3\n1:5\n1:7\n1:8\n1:9\n5:0\npts/ptmx\n",
            Run(spec).Output);
    }

    [Fact]
    public void SysctlsAreThoseOfTheContainersNamespaces()
    {
        OciSpec spec = Script("cd /proc/sys; cat net/ipv4/ip_forward kernel/msgmax fs/mqueue/msg_max net/ipv4/conf/lo/forwarding kernel/domainname");
        string host = File.ReadAllText("/proc/sys/kernel/msgmax");
        spec.Linux!.Sysctl = new()
        {
            ["net.ipv4.ip_forward"] = "1",
            ["kernel.msgmax"] = "4321",
            ["fs.mqueue.msg_max"] = "7",
            ["net/ipv4/conf/lo/forwarding"] = "0",
            ["kernel.domainname"] = "some.domain",
        };
        Assert.Equal("1\n4321\n7\n0\nsome.domain\n", Run(spec).Output);
        Assert.Equal(host, File.ReadAllText("/proc/sys/kernel/msgmax"));
    }

    /// <summary>A namespace that is joined by a path may be the host's. Values are those that the host has: nothing changes where it goes wrong.</summary>
    [Fact]
    public void SysctlsOfTheHostsOwnNamespacesAreRefused()
    {
        foreach ((string type, string name) in ((string, string)[])[("network", "net.ipv4.ip_forward"), ("ipc", "kernel.msgmax"), ("uts", "kernel.domainname")])
        {
            OciSpec spec = Spec("true");
            spec.Hostname = null;
            string file = type == "network" ? "net" : type;
            spec.Linux!.Namespaces!.Single(item => item.Type == type).Path = $"/proc/{Environment.ProcessId}/ns/{file}";
            Runtime.Create(Request("c", spec)); // joining it is allowed
            Runtime.Delete("c", force: true);
            spec.Linux.Sysctl = new() { [name] = File.ReadAllText("/proc/sys/" + name.Replace('.', '/')).Trim() };
            foreach (Action refused in (Action[])[() => Runtime.Plan(Request("c", spec)), () => Runtime.Create(Request("c", spec))])
            {
                OciException error = Assert.Throws<OciException>(refused);
                Assert.Equal((OciErrorCode.InvalidSpec, "/linux/sysctl/" + name, "plan"), (error.Code, error.SpecPointer, error.Step));
            }
            Assert.Contains(SpecLint.Check(spec, HostFacts.Read()), issue => issue.Rule == "HostPlan" && issue.Pointer == "/linux/sysctl/" + name);
        }
    }

    [Fact]
    public void TheHostsOwnNameIsNotChanged()
    {
        OciSpec spec = Script("hostname");
        spec.Linux!.Namespaces!.Single(item => item.Type == "uts").Path = $"/proc/{Environment.ProcessId}/ns/uts";
        string host = File.ReadAllText("/proc/sys/kernel/hostname").Trim();
        spec.Hostname = host;
        Assert.Equal((host + "\n", 0), Run(spec));
        spec.Hostname = host + "x";
        Assert.Equal("/hostname", Assert.Throws<OciException>(() => Runtime.Plan(Request("c", spec))).SpecPointer);
    }

    /// <summary>Somebody else's namespace, as that of a pod.</summary>
    [Fact]
    public void SysctlsOfTheNamespaceOfAnotherContainerAreAllowed()
    {
        Runtime.Run(Request("pod", Spec("sleep", "100"))).Dispose();
        OciSpec spec = Script("cat /proc/sys/net/ipv4/ip_forward");
        spec.Linux!.Namespaces!.Single(item => item.Type == "network").Path = $"/proc/{Runtime.Get("pod").Pid}/ns/net";
        spec.Linux.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        Assert.Equal(("1\n", 0), Run(spec));
    }

    [Fact]
    public void ASysctlThatIsNotThereIsNamed()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Sysctl = new() { ["net.ipv4.no_such_thing"] = "1" };
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal("/linux/sysctl/net.ipv4.no_such_thing", error.SpecPointer);
    }

    [Fact]
    public void PersonalityIsTheKernelsAndItsFlagsAreToldAndIgnored()
    {
        OciSpec spec = Script("cat /proc/self/personality; uname -m");
        spec.Linux!.Personality = new() { Domain = "LINUX" };
        string[] plain = Run(spec).Output.Split('\n');
        spec.Linux.Personality = new() { Domain = "LINUX32", Flags = ["SOME_FLAG"] };
        string[] narrow = Run(spec).Output.Split('\n');
        Assert.Equal(("00000000", "00000008"), (plain[0], narrow[0]));
        Assert.NotEqual(plain[1], narrow[1]);
        Assert.Contains(Warnings, warning => warning.Contains("/linux/personality/flags", StringComparison.Ordinal));
    }

    [Fact, Needs(MemoryPolicies = true)]
    public void MemoryPolicyIsTheKernels()
    {
        OciSpec spec = Script("head -n 1 /proc/self/numa_maps | cut -d ' ' -f 2");
        foreach ((string mode, string nodes, string? flag, string expected) in (ValueTuple<string, string, string?, string>[])
        [
            ("MPOL_BIND", "0", null, "bind:0"),
            ("MPOL_BIND", "0", "MPOL_F_STATIC_NODES", "bind=static:0"),
            ("MPOL_INTERLEAVE", "0", "MPOL_F_RELATIVE_NODES", "interleave=relative:0"),
            ("MPOL_PREFERRED", "0", null, "prefer:0"),
            ("MPOL_PREFERRED_MANY", "0", null, "prefer (many):0"),
            ("MPOL_BIND", "0", "MPOL_F_NUMA_BALANCING", "bind=balancing:0"),
            ("MPOL_LOCAL", "", null, "local"),
            ("MPOL_DEFAULT", "", null, "default"),
        ])
        {
            spec.Linux!.MemoryPolicy = new() { Mode = mode, Nodes = nodes, Flags = flag is null ? null : [flag] };
            Assert.Equal((mode, expected.Split(' ')[0]), (mode, Run(spec).Output.TrimEnd()));
        }
    }

    [Fact, Needs(MemoryPolicies = true, Kernel = "6.9")]
    public void WeightedInterleaveIsTheKernels()
    {
        OciSpec spec = Script("head -n 1 /proc/self/numa_maps");
        spec.Linux!.MemoryPolicy = new() { Mode = "MPOL_WEIGHTED_INTERLEAVE", Nodes = "0" };
        Assert.Contains(" weighted interleave:0 ", Run(spec).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadonlyPathsAreSoWithTheMountsBelow()
    {
        OciSpec spec = Script("touch /fixed/below/new 2>/dev/null || echo no");
        spec.Mounts!.Add(new() { Destination = "/fixed/below", Type = "tmpfs", Source = "tmpfs" });
        spec.Linux!.ReadonlyPaths!.Add("/fixed");
        Assert.Equal("no\n", Run(spec).Output);
    }

    [Fact]
    public void MaskedAndReadonlyPathsAreFilesAndDirectories()
    {
        string rootfs = Path.Combine(Bundle, "rootfs");
        Directory.CreateDirectory(Path.Combine(rootfs, "hidden"));
        Directory.CreateDirectory(Path.Combine(rootfs, "fixed"));
        File.WriteAllText(Path.Combine(rootfs, "hidden", "file"), "x");
        File.WriteAllText(Path.Combine(rootfs, "secret"), "x");
        OciSpec spec = Script("ls -A /hidden | wc -l; cat /secret | wc -c; touch /hidden/new 2>/dev/null || echo no; touch /fixed/new 2>/dev/null || echo no; ls /nowhere 2>/dev/null || echo none");
        spec.Linux!.MaskedPaths!.AddRange(["/hidden", "/secret", "/nowhere"]);
        spec.Linux.ReadonlyPaths!.AddRange(["/fixed", "/nowhere"]);
        Assert.Equal("0\n0\nno\nno\nnone\n", Run(spec).Output);
    }

    [Fact]
    public void SeccompLooksAtArgumentsUnderAMask()
    {
        OciSpec spec = Script("touch /f; chmod 755 /f && echo plain; chmod 4755 /f; ionice -c 2 -n 3 echo three; ionice -c 2 -n 4 echo four");
        OciSyscall Rule(string name, uint index) => new()
        {
            Names = [name],
            Action = "SCMP_ACT_ERRNO",
            ErrnoRet = 62,
            Args = [new() { Index = index, Value = 0x800, ValueTwo = 0x800, Op = "SCMP_CMP_MASKED_EQ" }],
        };
        spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [Rule("chmod", 1), Rule("fchmod", 1), Rule("fchmodat", 2), Rule("fchmodat2", 2)] };
        spec.Linux.Seccomp.Syscalls.Add(new() { Names = ["ioprio_set"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 62, Args = [new() { Index = 2, Value = (2 << 13) + 3, Op = "SCMP_CMP_GT" }] });
        string output = Run(spec).Output;
        Assert.StartsWith("plain\nthree\n", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("Timer expired").Length - 1);
    }

    [Fact]
    public void TheDefaultErrnoIsThatOfWhatIsNotListed()
    {
        OciSpec spec = Script("mkdir /tmp/x");
        spec.Linux!.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            DefaultErrnoRet = 62,
            Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC"],
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64"],
            Syscalls = [new() { Names = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt).Where(name => name is not ("mkdir" or "mkdirat"))], Action = "SCMP_ACT_ALLOW" }],
        };
        Assert.Contains("Timer expired", Run(spec).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ACallThatKillsEndsTheProcessWithSigsys()
    {
        OciSpec spec = Spec("mkdir", "/tmp/x");
        spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_KILL_PROCESS" }] };
        Assert.Equal(128 + 31, Run(spec).ExitCode);
    }

    [Fact]
    public void TheCgroupIsWhereTheConfigurationSays()
    {
        string name = "oci-tests-" + Guid.NewGuid().ToString("N")[..8];
        foreach ((string? path, string[] ends) in (ValueTuple<string?, string[]>[])
        [
            ($"/{name}", [$":/{name}"]),
            (null, Own().Select(own => $":{own.TrimEnd('/')}/{name}").ToArray()),
            ($"{name}", Own().Select(own => $":{own.TrimEnd('/')}/{name}").ToArray()),
        ])
        {
            CreateRequest request = Request(name, Spec("true"));
            request.Spec!.Linux!.CgroupsPath = path;
            OciContainer container = Runtime.Create(request);
            string[] cgroups = [.. File.ReadLines($"/proc/{container.Pid}/cgroup").Where(line => line.Contains(name, StringComparison.Ordinal))];
            Assert.NotEmpty(cgroups);
            Assert.All(cgroups, line => Assert.Contains(ends, end => line.EndsWith(end, StringComparison.Ordinal)));
            Runtime.Delete(name, force: true);
            Assert.All(container.CgroupPaths.Values, directory => Assert.False(Directory.Exists(directory), directory));
        }
    }

    // On v2 it is beside the runtime: below it could have no controllers (cgroups(7), "no internal processes").
    private static IEnumerable<string> Own() => File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)[2])
        .SelectMany(path => new[] { path, Path.GetDirectoryName(path) ?? "/" });

    [Fact]
    public void AnnotationsAreKept()
    {
        OciSpec spec = Spec("true");
        spec.Annotations = new() { ["org.example.some"] = "words" };
        Runtime.Create(Request("c", spec));
        Assert.Equal("words", new ContainerRuntime(new RuntimeOptions { Root = Root }).Get("c").Annotations["org.example.some"]);
    }

    private static string Links => $"for n in {string.Join(' ', s_namespaces.Select(ns => ns.File))}; do readlink /proc/self/ns/$n; done";

    private static string Host(string file) => new FileInfo($"/proc/self/ns/{file}").LinkTarget!;

    // Every kind of namespace; its root is nobody on the host and must get to the root filesystem.
    private OciSpec Everything(OciSpec spec)
    {
        Machine.Run("chmod", "755", Path.GetDirectoryName(Bundle)!);
        Machine.Run("chown", "-R", "200000:200000", Path.Combine(Bundle, "rootfs"));
        spec.Linux!.Namespaces = [.. s_namespaces.Select(ns => new OciNamespace { Type = ns.Type })];
        spec.Linux.UidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        return spec;
    }
}
