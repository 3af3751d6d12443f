using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Launch;

/// <summary>A user namespace with id maps and without processes, for an id-mapped mount (mount_setattr(2)).</summary>
internal static class MappedUserNamespace
{
    // Stage one makes the namespace and waits for its maps; it gets no further.
    private static readonly LaunchPlan s_plan = new(
    [
        new UnshareStep { Namespaces = CloneBits.CLONE_NEWUSER },
        new AwaitStep { Reason = AwaitReason.IdMaps },
        new CloneStep { Flags = CloneBits.CLONE_PARENT },
        new ExecStep { Args = ["never"], Env = [] },
    ]);

    public static SafeFd Open(IdMapsFd maps) =>
        maps.UserNamespace is { } path ? OpenNamespace(path) : Create(maps.UidMappings, maps.GidMappings, maps.SpecPointer);

    private static SafeFd OpenNamespace(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", path, "open");
    }

    private static SafeFd Create(IReadOnlyList<OciIdMapping> uids, IReadOnlyList<OciIdMapping> gids, string pointer)
    {
        using var cancel = new CancelSignal(CancellationToken.None);
        using LaunchStdio stdio = LaunchStdio.Null();
        using HelperLaunch launch = HelperLaunch.Spawn(SealedHelper.Shared, stdio, layout: null, cancel, notice: null);
        try
        {
            using ProgramFile program = ProgramFile.Create(s_plan, new());
            launch.Send(s_plan, program.Fd, []);
            int pid = launch.RunToSync();
            if (uids.Count > 0)
                IdMaps.WriteUids(pid, uids, ownIdsOnly: false, pointer + "/uidMappings");
            if (gids.Count > 0)
                IdMaps.WriteGids(pid, gids, ownIdsOnly: false, pointer + "/gidMappings");
            return OpenNamespace("/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/ns/user");
        }
        finally
        {
            launch.Abort();
        }
    }
}
