using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>One of <see cref="SeenContainers"/>.</summary>
internal sealed class SeenContainer(ContainerState state, FileStamp stamp)
{
    private const int FilesOfOne = 2;

    // Held while the files are read: a closed number may be another file's.
    private readonly Lock _gate = new();
    private SafeFd? _process;
    private SafeFd? _freezer;
    private bool _closed;

    /// <summary>Number of the last listing that met it.</summary>
    public int Listing { get; set; }

    /// <summary>The same container, with the status that it has now; null when it has stopped, or it is not certain that all else is as it was.</summary>
    public OciContainer? TryLook(StateDirectory directory, SeenContainers seen, FreezerLook freezers, OwnerNames owners)
    {
        if (directory.TryStampState() != stamp)
            return null;
        lock (_gate)
        {
            if (_closed)
                return null;
            if (_process is null)
                Open(seen, freezers);
            if (_process is null)
                return Snapshot.OfLiving(directory, state, freezers, owners);
            return ProcessStat.TryRead(_process) is { } process && freezers.IsFrozen(state.CgroupPaths, process.State, _freezer) is { } frozen
                ? Snapshot.OfLiving(directory, state, process, frozen, owners)
                : null;
        }
    }

    private void Open(SeenContainers seen, FreezerLook freezers)
    {
        if (!seen.TryTake(FilesOfOne))
            return;
        _process = ProcessStat.TryOpen(state.Pid);
        _freezer = freezers.TryOpen(state.CgroupPaths);
        if (_process is null)
            CloseFiles(seen);
    }

    public void Close(SeenContainers seen)
    {
        lock (_gate)
        {
            _closed = true;
            if (_process is not null)
                CloseFiles(seen);
        }
    }

    private void CloseFiles(SeenContainers seen)
    {
        _process?.Dispose();
        _freezer?.Dispose();
        _process = null;
        _freezer = null;
        seen.Give(FilesOfOne);
    }
}
