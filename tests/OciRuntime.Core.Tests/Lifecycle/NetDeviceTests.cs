using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Network;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>linux.netDevices, with one end of a veth pair.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class NetDeviceTests : ContainerFixture
{
    private readonly string _device = "oci" + Guid.NewGuid().ToString("N")[..8];

    private string Peer => _device + "p";

    [Fact, Needs(Program = "ip")]
    public void ADeviceMovesWithItsAddressesAndANewName()
    {
        Add();
        OciSpec spec = Script("ip addr show eth7; sleep 100");
        spec.Linux!.NetDevices = new() { [_device] = new() { Name = "eth7" } };
        Runtime.Create(Request("c", spec, supervised: true));
        Assert.False(Exists(_device));
        Runtime.Start("c");
        Assert.True(SpinWait.SpinUntil(() => Log().Contains("fd00:", StringComparison.Ordinal), TimeSpan.FromSeconds(10)), Log());
        Assert.Contains("inet 10.9.8.7/24", Log(), StringComparison.Ordinal);
        Assert.Contains(",UP", Log(), StringComparison.Ordinal);

        Runtime.Delete("c", force: true);
    }

    /// <summary>runtime-spec: the runtime does not manage their lifecycle. A virtual device ends with its namespace, and lives on in one that somebody keeps.</summary>
    [Fact, Needs(Program = "ip")]
    public void AtTheEndTheKernelDecides()
    {
        Add();
        OciSpec spec = Script($"ip link show {_device} | grep -c {_device}");
        spec.Linux!.NetDevices = new() { [_device] = new() };
        Assert.Equal("1\n", Run(spec).Output);
        Assert.True(SpinWait.SpinUntil(() => !Exists(Peer), TimeSpan.FromSeconds(10)), "the other end of the pair is still there");
        Assert.False(Exists(_device));
        Assert.Empty(Warnings);

        Add();
        string space = Temporary("netns");
        File.WriteAllText(space, "");
        Machine.Run("unshare", "--net=" + space, "true");
        try
        {
            spec.Linux.Namespaces!.Single(ns => ns.Type == "network").Path = space;
            Assert.Equal("1\n", Run(spec).Output);
            Assert.Contains("inet 10.9.8.7/24", Machine.Run("nsenter", "--net=" + space, "ip", "addr", "show", _device), StringComparison.Ordinal);
            Assert.False(Exists(_device));
        }
        finally
        {
            Machine.Run("umount", space);
        }
        Assert.Empty(Warnings);
    }

    /// <summary>A descriptor that is none, or is of something else, is an error: to the kernel it would be the runtime's own namespace.</summary>
    [Fact, Needs(Program = "ip")]
    public void WithoutANamespaceNothingIsMoved()
    {
        Add();
        using SafeFd own = NetworkDevice.OpenNamespace("/proc/self/ns/net");
        using var none = new SafeFd(-1);
        using SafeFd other = NetworkDevice.OpenNamespace("/proc/self/ns/ipc");
        foreach (SafeFd bad in (SafeFd[])[none, other])
        {
            Assert.Throws<OciException>(() => NetworkDevice.Move(own, bad, _device, _device + "x", "/linux/netDevices/x"));
            Assert.Throws<OciException>(() => NetworkDevice.Move(bad, own, _device, _device + "x", "/linux/netDevices/x"));
        }
        Assert.Contains("inet 10.9.8.7/24", Machine.Run("ip", "addr", "show", _device), StringComparison.Ordinal);
        Remove();
    }

    [Fact, Needs(Program = "ip")]
    public void HooksSeeTheDeviceMoved()
    {
        Add();
        string file = Temporary("seen");
        OciSpec spec = Spec("true");
        spec.Linux!.NetDevices = new() { [_device] = new() };
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", $"ls /sys/class/net > {file}"] }] };
        Run(spec);
        Assert.DoesNotContain(_device + "\n", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact, Needs(Program = "ip")]
    public void AMissingDeviceIsNamedAndTheOthersComeBack()
    {
        Add();
        OciSpec spec = Spec("true");
        spec.Linux!.NetDevices = new() { [_device] = new() { Name = "eth7" }, ["oci-nosuch"] = new() };
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal(("oci-nosuch", "/linux/netDevices/oci-nosuch"), (error.Object, error.SpecPointer));
        Assert.Contains("no such device", error.Message, StringComparison.Ordinal);
        Assert.True(Exists(_device));
        Assert.Empty(Runtime.List());
        Assert.Empty(Warnings);
        Remove();
    }

    [Fact, Needs(Program = "ip")]
    public void ANameThatIsTakenLeavesTheDeviceAsItWas()
    {
        Add();
        OciSpec spec = Spec("true");
        spec.Linux!.NetDevices = new() { [_device] = new() { Name = "lo" } };
        Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Contains("inet 10.9.8.7/24", Machine.Run("ip", "addr", "show", _device), StringComparison.Ordinal);
        Assert.Contains(",UP", Machine.Run("ip", "link", "show", _device), StringComparison.Ordinal);
        Remove();
    }

    private string Log() => string.Join('\n', Core.Observe.ContainerLog.Read(Runtime, "c").Select(record => record.Line));

    private void Add()
    {
        Machine.Run("ip", "link", "add", _device, "type", "veth", "peer", "name", Peer);
        Machine.Run("ip", "addr", "add", "10.9.8.7/24", "dev", _device);
        Machine.Run("ip", "addr", "add", "fd00:1::7/64", "dev", _device, "nodad");
        Machine.Run("ip", "link", "set", _device, "up");
    }

    private void Remove() => Machine.Run("ip", "link", "del", Peer);

    private static bool Exists(string name) => Directory.Exists("/sys/class/net/" + name);
}
