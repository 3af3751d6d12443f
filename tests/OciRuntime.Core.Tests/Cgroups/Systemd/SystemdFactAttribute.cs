using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups.Systemd;

/// <summary>A test that asks the system's systemd for scopes.</summary>
public sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute(bool unifiedOnly = false)
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "making scopes needs root";
        else if (!Directory.Exists("/run/systemd/system"))
            Skip = "this machine was not booted with systemd";
        else if (Machine.FindProgram("systemctl") is null)
            Skip = "systemctl is not installed";
        else if (Machine.FindProgram("busybox") is null)
            Skip = "busybox is not installed";
        else if (unifiedOnly && !File.Exists("/sys/fs/cgroup/cgroup.controllers"))
            Skip = "this machine's cgroup layout is not Unified";
    }
}
