using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>Scopes of a user's own manager, here that of root, asked as someone would who has no rights over the system's.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Root = true, Systemd = true, Program = "systemctl")]
public sealed class SystemdUserTests : IDisposable
{
    private readonly string? _runtimeDirectory = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
    private readonly string? _bus = Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];
    private readonly List<Process> _processes = [];

    private string Unit => $"ocitest-{_name}.scope";

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _runtimeDirectory);
        Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", _bus);
    }

    [Fact]
    public void AScopeIsBelowTheUsersManager()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/systemd/system/user@.service") || File.Exists("/lib/systemd/system/user@.service"), "this machine has no user@.service");
        IContainerCgroup cgroup = Scope(new() { Pids = new() { Limit = 33 } });
        Process member = Sleep(), other = Sleep();
        cgroup.Make(new() { Pids = new() { Limit = 33 } }, member.Id);
        Assert.Equal("active", Property("ActiveState"));
        Assert.Equal("33", Property("TasksMax"));
        string directory = cgroup.CloneDirectory ?? cgroup.Paths["name=systemd"];
        Assert.EndsWith($"/user@0.service/user.slice/{Unit}", directory, StringComparison.Ordinal);
        Assert.Contains($"/user@0.service/user.slice/{Unit}", File.ReadAllText($"/proc/{member.Id}/cgroup"), StringComparison.Ordinal);
        Assert.True(cgroup.NeedsMember);
        cgroup.Move(other.Id);
        Assert.Contains($"/user@0.service/user.slice/{Unit}", File.ReadAllText($"/proc/{other.Id}/cgroup"), StringComparison.Ordinal);
        cgroup.Signal(9);
        cgroup.Remove(CancellationToken.None);
        Assert.Equal("not-found", Property("LoadState"));
        Assert.False(Directory.Exists(directory));
    }

    private IContainerCgroup Scope(OciResources resources)
    {
        Machine.Run("systemctl", "start", "user@0.service");
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", "/run/user/0");
        Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", null);
        HostFacts host = HostFacts.Read() with { Rootless = true };
        var spec = new OciSpec { Linux = new() { CgroupsPath = $":ocitest:{_name}", Resources = resources } };
        return CgroupFactory.ForNew(host, CgroupManagerKind.Systemd, spec, "c");
    }

    private Process Sleep()
    {
        Process process = Process.Start(Machine.FindProgram("sleep")!, "100");
        _processes.Add(process);
        return process;
    }

    private string Property(string name) => Machine.Run("systemctl", "--user", "show", "--value", "--property=" + name, Unit).Trim();
}
