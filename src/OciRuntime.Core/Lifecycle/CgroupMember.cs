using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A systemd scope exists only while it has a process. This is a helper without a program that stays in it until another process has joined.</summary>
internal sealed class CgroupMember : IDisposable
{
    private readonly HelperLaunch _launch;

    private CgroupMember(HelperLaunch launch) => _launch = launch;

    public int Pid => _launch.HelperPid;

    /// <summary>A member for a cgroup that is about to be made; null if it needs none.</summary>
    public static CgroupMember? For(IContainerCgroup cgroup, ContainerRuntime runtime, CancelSignal cancel)
    {
        if (!cgroup.NeedsMember)
            return null;
        using var nothing = LaunchStdio.Null();
        return new CgroupMember(HelperLaunch.Spawn(ContainerRuntime.Helper, nothing, () => runtime.Host.Cgroups, cancel, notice: null));
    }

    public void Dispose()
    {
        _launch.Abort();
        _launch.Dispose();
    }
}
