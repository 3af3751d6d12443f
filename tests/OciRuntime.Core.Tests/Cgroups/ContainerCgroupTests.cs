using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Real cgroups of this machine, whatever its layout.</summary>
public sealed class ContainerCgroupTests : IDisposable
{
    private readonly string _path = "/oci-tests/" + Guid.NewGuid().ToString("N");
    private readonly HostFacts _host = HostFacts.Read();
    private readonly IContainerCgroup _cgroup;
    private readonly List<Process> _children = [];

    public ContainerCgroupTests() => _cgroup = CgroupFactory.ForNew(_host, CgroupManagerKind.Cgroupfs, _path, "test");

    private bool Unified => _host.Cgroups.Mode == CgroupMode.Unified;

    public void Dispose()
    {
        foreach (Process child in _children)
        {
            child.Kill();
            child.WaitForExit();
            child.Dispose();
        }

        _cgroup.Remove(CancellationToken.None);
        Assert.All(_cgroup.Paths.Values, directory => Assert.False(Directory.Exists(directory), directory));
    }

    [RealCgroupFact]
    public void CreateMakesEveryDirectory()
    {
        _cgroup.Create(null);
        Assert.NotEmpty(_cgroup.Paths);
        Assert.All(_cgroup.Paths.Values, directory => Assert.True(Directory.Exists(directory), directory));
    }

    [RealCgroupFact("memory")]
    public void MemoryLimitIsInTheKernel()
    {
        _cgroup.Create(new() { Memory = new() { Limit = 64 << 20, Reservation = 32 << 20 } });
        Assert.Equal("67108864", Unified ? Read("memory", "memory.max") : Read("memory", "memory.limit_in_bytes"));
        Assert.Equal("33554432", Unified ? Read("memory", "memory.low") : Read("memory", "memory.soft_limit_in_bytes"));
    }

    [RealCgroupFact("cpu")]
    public void CpuLimitsAreInTheKernel()
    {
        _cgroup.Create(new() { Cpu = new() { Shares = 512, Quota = 20000, Period = 100000 } });
        if (Unified)
        {
            Assert.Equal("20000 100000", Read("cpu", "cpu.max"));
            return;
        }

        Assert.Equal("512", Read("cpu", "cpu.shares"));
        Assert.Equal("20000", Read("cpu", "cpu.cfs_quota_us"));
        Assert.Equal("100000", Read("cpu", "cpu.cfs_period_us"));
    }

    [RealCgroupFact("pids")]
    public void ForksAboveThePidsLimitFail()
    {
        _cgroup.Create(new() { Pids = new() { Limit = 2 } });
        using Process shell = Join("sleep 5 & sleep 5 & sleep 5 & echo all", redirect: true);
        string errors = shell.StandardError.ReadToEnd() + shell.StandardOutput.ReadToEnd();
        Assert.Contains("fork", errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("all", errors, StringComparison.Ordinal);
        _cgroup.Signal(9);
    }

    [RealCgroupFact("devices")]
    public void DeviceRulesAreInTheKernel()
    {
        _cgroup.Create(new() { Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] });
        if (Unified)
            return; // the verdicts are tested from inside a container
        string list = File.ReadAllText(_cgroup.Paths["devices"] + "/devices.list");
        Assert.Contains("c 1:11 r\n", list, StringComparison.Ordinal);
        Assert.Contains("c 1:3 rwm\n", list, StringComparison.Ordinal);
        Assert.DoesNotContain("a *:* rwm", list, StringComparison.Ordinal);
    }

    [RealCgroupFact]
    public void JoinedProcessesAreListedAndKilled()
    {
        _cgroup.Create(null);
        Process sleeper = Join("sleep 100 & sleep 100");
        while (_cgroup.Processes().Count < 3)
            Thread.Sleep(1);
        Assert.Contains(sleeper.Id, _cgroup.Processes());
        _cgroup.Signal(9);
        sleeper.WaitForExit();
        Assert.Equal(137, sleeper.ExitCode);
    }

    [RealCgroupFact]
    public void FreezeStopsAndThawGoesOn()
    {
        _cgroup.Create(null);
        Process busy = Join("while :; do :; done");
        while (_cgroup.Processes().Count == 0)
            Thread.Sleep(1);
        Assert.False(_cgroup.IsFrozen());
        _cgroup.Freeze(CancellationToken.None);
        Assert.True(_cgroup.IsFrozen());
        long before = CpuTicks(busy.Id);
        Thread.Sleep(100);
        Assert.Equal(before, CpuTicks(busy.Id));
        _cgroup.Thaw();
        Assert.False(_cgroup.IsFrozen());
        while (CpuTicks(busy.Id) == before)
            Thread.Sleep(1);
    }

    [RealCgroupFact]
    public void AFrozenProcessCanBeKilled()
    {
        _cgroup.Create(null);
        Process sleeper = Join("sleep 100");
        while (_cgroup.Processes().Count == 0)
            Thread.Sleep(1);
        _cgroup.Freeze(CancellationToken.None);
        _cgroup.Signal(9);
        Assert.True(sleeper.WaitForExit(10_000), "it is still there");
    }

    [RealCgroupFact]
    public void RemoveWaitsForTheLastProcess()
    {
        _cgroup.Create(null);
        Process sleeper = Join("sleep 0.3");
        while (_cgroup.Processes().Count == 0)
            Thread.Sleep(1);
        _cgroup.Remove(CancellationToken.None);
        Assert.All(_cgroup.Paths.Values, directory => Assert.False(Directory.Exists(directory)));
        sleeper.WaitForExit();
    }

    [RealCgroupFact]
    public void ACgroupWithProcessesIsNotTakenOver()
    {
        _cgroup.Create(null);
        Join("sleep 100");
        while (_cgroup.Processes().Count == 0)
            Thread.Sleep(1);
        OciException error = Assert.Throws<OciException>(() => _cgroup.Create(null));
        Assert.Equal(OciErrorCode.ResourceBusy, error.Code);
        Assert.Contains("container's cgroup is not empty", error.Message, StringComparison.Ordinal);
    }

    [RealCgroupFact("cpu")]
    public void AFailedLimitLeavesNothing()
    {
        OciException error = Assert.Throws<OciException>(() => _cgroup.Create(new() { Pids = new() { Limit = 5 }, Cpu = new() { Cpus = "999999" } }));
        Assert.Equal("/linux/resources/cpu/cpus", error.SpecPointer);
        Assert.All(_cgroup.Paths.Values, directory => Assert.False(Directory.Exists(directory)));
    }

    [RealCgroupFact]
    public void SubCgroupsAreRemovedToo()
    {
        _cgroup.Create(null);
        foreach (string directory in _cgroup.Paths.Values.Distinct())
            Directory.CreateDirectory(directory + "/inner/most");
        _cgroup.Remove(CancellationToken.None);
        Assert.All(_cgroup.Paths.Values, directory => Assert.False(Directory.Exists(directory)));
    }

    private string Read(string controller, string file) => File.ReadAllText(_cgroup.Paths[Unified ? string.Empty : controller] + "/" + file).Trim();

    private static long CpuTicks(int pid)
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        return long.Parse(fields[13]) + long.Parse(fields[14]);
    }

    // A shell joins by itself, as a container's init does, and becomes the script.
    private Process Join(string script, bool redirect = false)
    {
        IEnumerable<string> files = _cgroup.JoinFiles.Append(_cgroup.CloneDirectory is { } directory ? directory + "/cgroup.procs" : null).OfType<string>();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = redirect, RedirectStandardOutput = redirect };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Concat(files.Select(file => $"echo 0 > {file}; ")) + script);
        Process process = Process.Start(start)!;
        if (!redirect)
            _children.Add(process);
        return process;
    }
}
