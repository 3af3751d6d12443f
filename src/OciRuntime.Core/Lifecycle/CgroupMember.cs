using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A scope of systemd lives only while there is a process in it. A helper without a program waits there until somebody else has come.</summary>
internal sealed class CgroupMember : IDisposable
{
    private readonly HelperLaunch _launch;

    private CgroupMember(HelperLaunch launch) => _launch = launch;

    public int Pid => _launch.HelperPid;

    /// <summary>One for a cgroup that is to be made; null when it needs none.</summary>
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
