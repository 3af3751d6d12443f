using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // Deletes what a create left that was killed after making the cgroup. A process that it made ends by itself without an acknowledgement; killing it is faster.
    private void DeleteBegun(StateDirectory directory, ContainerState state, CancellationToken cancellationToken)
    {
        RemoveCgroup(directory.Id, CgroupOf(state), ended: true, cancellationToken);
        state.Resctrl?.Remove(warning => Log(RuntimeLogLevel.Warning, warning));
        directory.Remove();
    }

    // A directory without a state comes from a create that was killed early or a deletion that was killed late, and has no live processes. A torn state may belong to a
    // running container: the readable part of the state names its process, and the configuration its cgroup.
    private void DeleteBroken(StateDirectory directory, CancelSignal cancel, CancellationToken cancellationToken)
    {
        byte[]? torn = directory.TryReadFile(StateDirectory.StateName);
        bool found = torn is not null && EndNamedBy(torn, directory.Id, cancel);
        if (ConfigurationOfBroken(directory) is { } spec)
        {
            try
            {
                IContainerCgroup cgroup = CgroupFactory.ForNew(Host, CgroupFactory.ManagerOf(spec, _options.CgroupManager), spec, directory.Id);
                found |= cgroup.Paths.Values.Any(Inode.IsDirectory);
                if (torn is not null)
                    RemoveCgroup(directory.Id, cgroup, ended: true, cancellationToken);
                else
                    RemoveUnproven(directory.Id, cgroup, cancellationToken);
            }
            catch (OciException e) when (torn is null && e.Code != OciErrorCode.ResourceBusy)
            {
                Log(RuntimeLogLevel.Warning, $"the cgroup of container {directory.Id} may remain: {e.Message}");
            }
        }
        if (torn is not null && !found)
            throw Unknown(directory);
        directory.Remove();
    }

    private OciSpec? ConfigurationOfBroken(StateDirectory directory)
    {
        try
        {
            return directory.TryReadFile(StateDirectory.ConfigName) is { } json ? SpecReader.Read(json) : null;
        }
        catch (OciException e) when (e.Code is OciErrorCode.InvalidSpec or OciErrorCode.Untrusted)
        {
            Log(RuntimeLogLevel.Warning, $"the cgroup of container {directory.Id} may remain: {e.Message}");
            return null;
        }
    }

    private static bool EndNamedBy(byte[] torn, string id, CancelSignal cancel)
    {
        if (StateJson.TryReadProcess(torn) is not { } named)
            return false;
        using ProcessHandle? process = ProcessHandle.TryOpen(named.Pid, named.StartTime);
        process?.Signal(Libc.SIGKILL);
        if (process is not null && !process.WaitExit(cancel, KillTimeout))
            throw new OciException(OciErrorCode.Timeout, $"container {id} still runs 10 s after SIGKILL") { Object = id };
        ProcessHandle.TryReap(named.Pid, Libc.WNOHANG);
        return true;
    }

    // Without a state nothing proves that create had found the cgroup empty, so running programs in it are not this container's. A helper ends with its runtime.
    private void RemoveUnproven(string id, IContainerCgroup cgroup, CancellationToken cancellationToken)
    {
        if (cgroup.TryRemove())
            return;
        if (cgroup.Processes().Any(static pid => ProcessStat.Read(pid) is { IsHelper: false, IsDead: false }))
            Log(RuntimeLogLevel.Warning, $"the cgroup {cgroup.Paths.Values.First()} of container {id} is kept: it has processes of others");
        else
            cgroup.Remove(cancellationToken);
    }

    private static OciException Unknown(StateDirectory directory) =>
        new(OciErrorCode.ContainerBroken, $"the state of container {directory.Id} is torn, and neither it nor the configuration shows where its processes are")
        {
            Object = directory.Path,
            Hint = "kill the processes of the container, then remove the directory",
        };
}
