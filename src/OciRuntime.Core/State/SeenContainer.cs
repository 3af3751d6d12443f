using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>One of <see cref="SeenContainers"/>.</summary>
internal sealed class SeenContainer(ContainerState state, FileStamp stamp)
{
    private const int FilesOfOne = 2;

    // Held while the files are read: a closed descriptor number may be reused for another file.
    private readonly Lock _gate = new();
    private SafeFd? _process;
    private SafeFd? _freezer;
    private bool _closed;

    /// <summary>Number of the last listing that found it.</summary>
    public int Listing { get; set; }

    /// <summary>The same container with its present status; null when it has stopped, or when something else may have changed.</summary>
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
