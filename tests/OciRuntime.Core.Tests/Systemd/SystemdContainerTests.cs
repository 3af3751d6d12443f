using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>Real containers in scopes of the real systemd.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true, Systemd = true, Program = "systemctl")]
public sealed class SystemdContainerTests : ContainerFixture
{
    private const long Megabyte = 1 << 20;
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];
    private readonly ContainerRuntime _runtime;

    public SystemdContainerTests() => _runtime = Machine.MissingForContainers is null ? new(new() { Root = Root, CgroupManager = CgroupManagerKind.Systemd }) : Runtime;

    private string Unit => $"ocitest-{_name}.scope";

    private static bool Unified => File.Exists("/sys/fs/cgroup/cgroup.controllers");

    [Fact]
    public void AContainerIsAScopeFromCreateToDelete()
    {
        int pid = _runtime.Create(InScope(Spec("sleep", "100"))).Pid;
        Assert.Equal("active", Property("ActiveState"));
        Assert.Equal("oci-tests.slice", Property("Slice"));
        Assert.Equal("yes", Property("Delegate"));
        Assert.Equal($"OCI container ocitest-{_name}", Property("Description"));
        Assert.EndsWith($"/oci.slice/oci-tests.slice/{Unit}", CgroupOf(pid), StringComparison.Ordinal);
        Assert.Equal([pid], _runtime.Processes("c"));
        _runtime.Start("c");
        _runtime.Pause("c");
        Assert.Equal(ContainerStatus.Paused, _runtime.Get("c").State);
        _runtime.Resume("c");
        _runtime.Kill("c", 9);
        _runtime.Wait("c");
        _runtime.Delete("c");
        Assert.Equal("not-found", Property("LoadState"));
        Assert.All(Directories(), directory => Assert.False(Directory.Exists(directory), directory));
    }

    [Fact]
    public void ARunInAScopeGivesOutputAndExitCode()
    {
        using ContainerProcess process = _runtime.Run(InScope(Script("echo hello; exit 7"), StdioMode.Pipe));
        process.StandardInput!.Dispose();
        Assert.Equal("hello\n", new StreamReader(process.StandardOutput!).ReadToEnd());
        Assert.Equal(7, process.Wait().ExitCode);
        _runtime.Delete("c");
        Assert.Equal("not-found", Property("LoadState"));
    }

    [Fact]
    public void ALaterRuntimeNeedsNotBeToldOfTheManager()
    {
        _runtime.Create(InScope(Spec("sleep", "100")));
        Runtime.Start("c");
        using (ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "exit 3"], Stdio = StdioMode.Null }))
            Assert.Equal(3, process.Wait().ExitCode);
        Runtime.Delete("c", force: true);
        Assert.Equal("not-found", Property("LoadState"));
    }

    [Fact]
    public void LimitsSurviveAReload()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new()
        {
            Memory = new() { Limit = 64 * Megabyte },
            Cpu = new() { Shares = 512, Quota = 50000, Period = 100000, Cpus = "0" },
            Pids = new() { Limit = 33 },
            BlockIO = Disk() is { } disk ? new() { ThrottleReadBpsDevice = [new() { Major = disk.Major, Minor = disk.Minor, Rate = 1 << 20 }] } : null,
        };
        int pid = _runtime.Create(InScope(spec)).Pid;
        string[] before = Values(pid);
        Assert.Equal("33", before[0]);
        Assert.Equal((64 * Megabyte).ToString(System.Globalization.CultureInfo.InvariantCulture), before[1]);
        Assert.Equal("33", Property("TasksMax"));
        Assert.Equal("500ms", Property("CPUQuotaPerSecUSec"));
        Machine.Run("systemctl", "daemon-reload");
        Assert.Equal(before, Values(pid));
    }

    [Fact]
    public void AnUpdateIsKnownToSystemdToo()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Pids = new() { Limit = 33 }, Cpu = new() { Quota = 50000, Period = 100000 } };
        int pid = _runtime.Create(InScope(spec)).Pid;
        IContainerCgroup cgroup = Existing(pid);
        cgroup.Apply(new() { Pids = new() { Limit = 44 }, Memory = new() { Limit = 32 * Megabyte }, Cpu = new() { Period = 50000 } });
        Assert.Equal("44", Property("TasksMax"));
        Assert.Equal("1s", Property("CPUQuotaPerSecUSec"));
        string[] before = Values(pid);
        Assert.Equal("44", before[0]);
        Assert.Equal("50000", before[3].Split(' ')[0]);
        Machine.Run("systemctl", "daemon-reload");
        Assert.Equal(before, Values(pid));
    }

    [Fact]
    public void AFailedUpdateLeavesUnitAndFilesAsTheyWere()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.Resources = new() { Pids = new() { Limit = 33 }, Memory = new() { Limit = 64 * Megabyte }, Cpu = new() { Quota = 50000, Period = 100000 } };
        int pid = _runtime.Create(InScope(spec)).Pid;
        string[] names = ["TasksMax", "MemoryMax", "CPUQuotaPerSecUSec", "CPUQuotaPeriodUSec", "CPUWeight", "DeviceAllow", "DevicePolicy"];
        string[] values = Values(pid), properties = [.. names.Select(Sorted)];
        // systemd takes a list of CPUs that this machine has not; the kernel does not.
        Assert.Throws<OciException>(() => _runtime.Update("c", new()
        {
            Pids = new() { Limit = 44 },
            Memory = new() { Limit = 32 * Megabyte },
            Cpu = new() { Quota = 10000, Shares = 100, Cpus = "7000" },
            Devices = [new() { Allow = true, Access = "rwm" }],
        }));
        Assert.Equal(properties, names.Select(Sorted));
        Assert.Equal(values, Values(pid));
        Machine.Run("systemctl", "daemon-reload");
        Assert.Equal(values, Values(pid));
        _runtime.Update("c", new() { Pids = new() { Limit = 44 } });
        Assert.Equal("44", Property("TasksMax"));

        // systemd turns the order of lists round whenever they are set.
        string Sorted(string name) => string.Join('\n', Property(name).Split('\n').Order());
    }

    [Fact]
    public void DevicesAreKeptAcrossReloadAndUpdate()
    {
        using var directory = new TemporaryDirectory();
        OciSpec spec = Script("while sleep 0.05; do if true <>/dev/kmsg; then echo yes; else echo no; fi 2>/dev/null >/tmp/new; mv /tmp/new /tmp/kmsg; done");
        spec.Mounts!.Add(new() { Destination = "/tmp", Type = "bind", Source = directory.Path, Options = ["bind", "rw"] });
        foreach (List<string> set in new[] { spec.Process!.Capabilities!.Bounding!, spec.Process.Capabilities.Effective!, spec.Process.Capabilities.Permitted! })
            set.Add("CAP_SYSLOG");
        spec.Linux!.Devices = [new() { Type = "c", Path = "/dev/kmsg", Major = 1, Minor = 11 }];
        spec.Linux.Resources = new() { Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "rw" }] };
        int pid = _runtime.Create(InScope(spec)).Pid;
        _runtime.Start("c");
        Answers("yes");
        Machine.Run("systemctl", "daemon-reload");
        Answers("yes");
        Existing(pid).Apply(new() { Pids = new() { Limit = 100 } });
        Answers("yes");
        Existing(pid).Apply(new() { Devices = [new() { Allow = false, Access = "rwm" }] });
        Answers("no");
        Machine.Run("systemctl", "daemon-reload");
        Answers("no");
        Existing(pid).Apply(new() { Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "w" }] });
        Answers("yes");

        void Answers(string expected)
        {
            // The second answer was asked for after the change.
            for (int i = 0; i < 2; i++)
            {
                File.Delete(directory["kmsg"]);
                Assert.True(SpinWait.SpinUntil(() => File.Exists(directory["kmsg"]), 10_000));
            }

            Assert.Equal(expected, File.ReadAllText(directory["kmsg"]).Trim());
        }
    }

    [Fact]
    public void AnnotationsAreProperties()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Annotations = new() { ["org.systemd.property.TimeoutStopSec"] = "2.0", ["org.systemd.property.CollectMode"] = "'inactive-or-failed'", ["org.systemd.property.After"] = "['basic.target']" };
        _runtime.Create(InScope(spec));
        Assert.Equal("2s", Property("TimeoutStopUSec"));
        Assert.Equal("inactive-or-failed", Property("CollectMode"));
        Assert.Contains("basic.target", Property("After"), StringComparison.Ordinal);
    }

    [Fact]
    public void APropertyThatSystemdRefusesLeavesNothing()
    {
        OciSpec spec = Spec("sleep", "100");
        spec.Annotations = new() { ["org.systemd.property.NoSuchThing"] = "true" };
        OciException error = Assert.Throws<OciException>(() => _runtime.Create(InScope(spec)));
        Assert.Contains("NoSuchThing", error.Message, StringComparison.Ordinal);
        Assert.Equal("not-found", Property("LoadState"));
        Assert.Empty(_runtime.List());
    }

    [Fact]
    public void ACreateThatFailsLeavesNoScope()
    {
        Assert.Throws<OciException>(() => _runtime.Create(InScope(Spec("/no/such/program"))));
        Assert.Equal("not-found", Property("LoadState"));
        OciSpec spec = Spec("true");
        spec.Linux!.Resources = new() { HugepageLimits = [new() { PageSize = "3MB", Limit = 1 }] };
        Assert.Throws<OciException>(() => _runtime.Create(InScope(spec)));
        Assert.Equal("not-found", Property("LoadState"));
    }

    [Fact]
    public void OneProcessIsEnough()
    {
        OciSpec spec = Script("exec sleep 100");
        spec.Linux!.Resources = new() { Pids = new() { Limit = 1 } };
        _runtime.Create(InScope(spec));
        Assert.Equal(ContainerStatus.Running, _runtime.Start("c").State);
        Assert.Equal("1", Property("TasksMax"));
    }

    [Fact]
    public void TwoContainersCantShareAScope()
    {
        int pid = _runtime.Create(InScope(Spec("sleep", "100"))).Pid;
        OciException error = Assert.Throws<OciException>(() => _runtime.Create(InScope(Spec("sleep", "100"), id: "d")));
        Assert.Equal(OciErrorCode.ResourceBusy, error.Code);
        Assert.Equal("active", Property("ActiveState"));
        Assert.Equal([pid], _runtime.Processes("c"));
    }

    [Fact]
    public void AScopeThatFailedIsForgotten()
    {
        OciSpec spec = Script("head -c 100m /dev/zero | tail >/dev/null");
        spec.Linux!.Resources = new() { Memory = new() { Limit = 8 * Megabyte } };
        spec.Process!.OomScoreAdj = 1000;
        _runtime.Create(InScope(spec));
        _runtime.Start("c");
        _runtime.Wait("c");
        _runtime.Delete("c");
        Assert.Equal("not-found", Property("LoadState"));
        _runtime.Create(InScope(Spec("true")));
    }

    [Fact]
    public void ContainersWithoutAPidNamespaceAreKilledWhole()
    {
        OciSpec spec = Script("sleep 100 & sleep 100 & wait");
        spec.Linux!.Namespaces!.RemoveAll(one => one.Type == "pid");
        spec.Mounts!.RemoveAll(mount => mount.Type == "proc");
        _runtime.Create(InScope(spec));
        _runtime.Start("c");
        SpinWait.SpinUntil(() => _runtime.Processes("c").Count == 3, 5000);
        int[] pids = [.. _runtime.Processes("c")];
        Assert.Equal(3, pids.Length);
        _runtime.Delete("c", force: true);
        Assert.All(pids, pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"{pid}"));
        Assert.Equal("not-found", Property("LoadState"));
    }

    private CreateRequest InScope(OciSpec spec, StdioMode stdio = StdioMode.Null, string id = "c")
    {
        CreateRequest request = Request(id, spec, stdio: stdio);
        spec.Linux!.CgroupsPath = $"oci-tests.slice:ocitest:{_name}";
        return request;
    }

    private string Property(string name) => Machine.Run("systemctl", "show", "--value", "--property=" + name, Unit).Trim();

    private static string CgroupOf(int pid) => File.ReadAllLines($"/proc/{pid}/cgroup").Single(line => line.StartsWith(Unified ? "0::" : FindSystemd(pid), StringComparison.Ordinal));

    private static string FindSystemd(int pid) => File.ReadAllLines($"/proc/{pid}/cgroup").Single(line => line.Contains(":name=systemd:", StringComparison.Ordinal));

    private static (long Major, long Minor)? Disk()
    {
        string? device = Directory.GetDirectories("/sys/block").Where(disk => !disk.Contains("loop", StringComparison.Ordinal)).Select(disk => disk + "/dev").FirstOrDefault(File.Exists);
        string[]? numbers = device is null ? null : File.ReadAllText(device).Trim().Split(':');
        return numbers is null ? null : (long.Parse(numbers[0]), long.Parse(numbers[1]));
    }

    private IEnumerable<string> Directories() => HostFacts.Read().Cgroups is var layout && layout.UnifiedMountPoint is { } unified
        ? layout.Hierarchies.Select(one => one.MountPoint).Append(unified).Select(mount => $"{mount}/oci.slice/oci-tests.slice/{Unit}") : [];

    private IContainerCgroup Existing(int pid)
    {
        Assert.True(Directory.Exists($"/proc/{pid}"));
        HostFacts host = HostFacts.Read();
        var spec = new OciSpec { Linux = new() { CgroupsPath = $"oci-tests.slice:ocitest:{_name}" } };
        return CgroupFactory.ForExisting(host, CgroupManagerKind.Systemd, CgroupFactory.ForNew(host, CgroupManagerKind.Systemd, spec, "c").Paths);
    }

    // pids.max, memory, cpu share, cpu period and quota, cpus, io
    private string[] Values(int pid)
    {
        IReadOnlyDictionary<string, string> paths = Existing(pid).Paths;
        string Read(string controller, string file) => File.ReadAllText(paths[Unified ? "" : controller] + "/" + file).Trim();
        return Unified
            ? [Read("", "pids.max"), Read("", "memory.max"), Read("", "cpu.weight"), string.Join(' ', Read("", "cpu.max").Split(' ').Reverse()), Read("", "cpuset.cpus"), Read("", "io.max")]
            : [Read("pids", "pids.max"), Read("memory", "memory.limit_in_bytes"), Read("cpu", "cpu.shares"), Read("cpu", "cpu.cfs_period_us") + " " + Read("cpu", "cpu.cfs_quota_us"), Read("cpuset", "cpuset.cpus"), Read("blkio", "blkio.throttle.read_bps_device")];
    }
}
