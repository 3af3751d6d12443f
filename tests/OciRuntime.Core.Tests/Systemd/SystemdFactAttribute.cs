using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>A test that asks the system's systemd for scopes.</summary>
public sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute(bool user = false)
    {
        if (!Environment.IsPrivilegedProcess)
            Skip = "making scopes needs root";
        else if (!Directory.Exists("/run/systemd/system"))
            Skip = "this machine was not booted with systemd";
        else if (Machine.FindProgram("systemctl") is null)
            Skip = "systemctl is not installed";
        else if (Machine.FindProgram("busybox") is null)
            Skip = "busybox is not installed";
        else if (user && !File.Exists("/usr/lib/systemd/system/user@.service") && !File.Exists("/lib/systemd/system/user@.service"))
            Skip = "this machine has no user@.service";
    }
}
