using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>ocirun update, as people and as engines call it; the results are the kernel's.</summary>
public sealed class UpdateTests : IClassFixture<Bundle>
{
    private static readonly bool s_unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    private readonly Bundle _bundle;

    public UpdateTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void OptionsOfPeople()
    {
        string id = _bundle.StartSleeper();
        _bundle.Good("update", "--memory", "64m", "--memory-reservation", "24MiB", "--cpu-share", "2048", "--cpu-period", "50000", "--cpu-quota", "10000", "--cpuset-cpus", "0", "--cpuset-mems", "0", "--pids-limit", "17", id);
        Assert.Equal("67108864", Value(id, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("25165824", Value(id, "memory", "memory.soft_limit_in_bytes", "memory.low"));
        Assert.Equal(s_unified ? "174" : "2048", Value(id, "cpu", "cpu.shares", "cpu.weight"));
        Assert.Equal("10000 50000", Bandwidth(id));
        Assert.Equal("0", Value(id, "cpuset", "cpuset.cpus", "cpuset.cpus"));
        Assert.Equal("17", Value(id, "pids", "pids.max", "pids.max"));
        // Options may follow the id; -1 is no limit.
        _bundle.Good("update", id, "--memory=-1", "--cpu-quota", "-1", "--pids-limit", "-1");
        Assert.Equal(s_unified ? "max" : "9223372036854771712", Value(id, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal(s_unified ? "max 50000" : "-1 50000", Bandwidth(id));
        Assert.Equal("max", Value(id, "pids", "pids.max", "pids.max"));
        _bundle.Good("update", "--cpu-burst", "0", "--cpu-idle", "0", id);
    }

    [Fact]
    public void JsonOfEngines()
    {
        string id = _bundle.StartSleeper();
        string file = _bundle.Work + "/resources.json";
        // As podman and containerd write it, with all that they leave at nothing.
        File.WriteAllText(file, """
            {"devices":[{"allow":false,"access":"rwm"}],"memory":{"limit":33554432,"reservation":25165824,"swap":0},"cpu":{"shares":100,"quota":500000,"period":1000000,"cpus":"0","mems":""},
             "pids":{"limit":20},"blockIO":{"weight":0},"hugepageLimits":[],"network":null,"unified":{}}
            """);
        _bundle.Good("update", "--resources", file, "--pids-limit", "99", id);
        Assert.Equal("33554432", Value(id, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("500000 1000000", Bandwidth(id));
        Assert.Equal("20", Value(id, "pids", "pids.max", "pids.max")); // the other options are ignored
        // On stdin, as containerd's shim gives it.
        Result result = Ocirun.RunAs("sh", _bundle.Path, "-c", """echo '{"pids":{"limit":21}}' | "$@" """, "sh", Ocirun.Path, "--root", _bundle.Root, "update", "--resources=-", id);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("21", Value(id, "pids", "pids.max", "pids.max"));
        Assert.Equal("33554432", Value(id, "memory", "memory.limit_in_bytes", "memory.max"));
        Result bad = Ocirun.RunAs("sh", _bundle.Path, "-c", """echo '{"pids":{"limit":"21"}}' | "$@" """, "sh", Ocirun.Path, "--root", _bundle.Root, "update", "-r", "-", id);
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("/pids/limit", bad.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("memory-swap")]
    [InlineData("memory-reservation")]
    public void APartOfAByteIsRefused(string option)
    {
        string id = _bundle.StartSleeper();
        string before = Value(id, "memory", "memory.limit_in_bytes", "memory.max");
        Result result = _bundle.Run("update", $"--{option}", "1.5", id);
        Assert.Equal((1, $"invalid value for {option}: \"1.5\""), (result.ExitCode, result.Message));
        Assert.Equal(before, Value(id, "memory", "memory.limit_in_bytes", "memory.max"));
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void KernelMemoryIsAWarning()
    {
        string id = _bundle.StartSleeper();
        Result result = _bundle.Run("update", "--kernel-memory", "50m", "--kernel-memory-tcp", "10m", id);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("level=warning", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCantBeUpdatedSaysSo()
    {
        Assert.Equal("container does not exist", _bundle.Run("update", "--pids-limit", "5", "nobody").Message);
        string id = _bundle.StartSleeper();
        Assert.Equal("updating a non-existent Intel RDT configuration is not supported", _bundle.Run("update", "--l3-cache-schema", "L3:0=f", id).Message);
        Assert.Contains("cpuset.cpus", _bundle.Run("update", "--cpuset-cpus", "8000", id).Message, StringComparison.Ordinal);
        Assert.NotEqual(0, _bundle.Run("update", "-r", "/nonexistent", id).ExitCode);
        _bundle.Good("kill", id, "KILL");
        _bundle.Await(id, "stopped");
        Assert.Equal("container not running", _bundle.Run("update", "--pids-limit", "5", id).Message);
    }

    private string Bandwidth(string id) => s_unified ? Value(id, "cpu", "", "cpu.max") : $"{Value(id, "cpu", "cpu.cfs_quota_us", "")} {Value(id, "cpu", "cpu.cfs_period_us", "")}";

    private string Value(string id, string controller, string v1, string v2) =>
        File.ReadAllText(Path.Combine(_bundle.Cgroup(id, controller), s_unified ? v2 : v1)).Trim();
}
