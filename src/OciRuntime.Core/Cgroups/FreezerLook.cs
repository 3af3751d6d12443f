using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Checks whether containers are frozen. Opens and reads each shared parent cgroup once, so that a container takes one read. For one listing; may be used by
/// several threads.
/// </summary>
internal sealed class FreezerLook : IDisposable
{
    private readonly Dictionary<string, Above> _above = new(StringComparer.Ordinal);

    /// <summary>Frozen, or about to be. A frozen parent counts only once all processes in it are frozen.</summary>
    /// <param name="paths">Directories of the container's cgroup by controller; the empty key is the unified hierarchy.</param>
    /// <param name="processState">State of its process (proc_pid_stat(5)).</param>
    public bool IsFrozen(IReadOnlyDictionary<string, string> paths, char processState) =>
        // A task that is frozen in the unified hierarchy, which a hybrid layout has too, appears as sleeping.
        IsFrozenByV1(paths, processState) || (paths.TryGetValue(string.Empty, out string? unified) && IsFrozen(unified));

    /// <summary>The same with a file of <see cref="TryOpen"/>; null when the file can't be read any more.</summary>
    public bool? IsFrozen(IReadOnlyDictionary<string, string> paths, char processState, SafeFd? own)
    {
        if (IsFrozenByV1(paths, processState))
            return true;
        if (!paths.TryGetValue(string.Empty, out string? unified))
            return false;
        Span<byte> value = stackalloc byte[8];
        if (own is null || SmallFile.ReadStart(own.Number, value) <= 0)
            return null;
        return value[0] == (byte)'1' || AboveIt(unified[..unified.LastIndexOf('/')]).IsFrozen;
    }

    /// <summary>Opens the container's own file in the unified hierarchy, which can be read repeatedly; null when it has none there.</summary>
    public SafeFd? TryOpen(IReadOnlyDictionary<string, string> paths)
    {
        if (!paths.TryGetValue(string.Empty, out string? unified) || unified.LastIndexOf('/') is not (> 0 and var slash))
            return null;
        Above above = AboveIt(unified[..slash]);
        int fd = above.IsThere ? Libc.openat(above.Directory.Number, unified[(slash + 1)..] + "/cgroup.freeze", Libc.O_RDONLY | Libc.O_CLOEXEC, 0) : -1;
        return fd >= 0 ? new SafeFd(fd) : null;
    }

    // A task that is frozen by the v1 freezer appears in state D, or stays stopped; a running or sleeping task is not frozen.
    private static bool IsFrozenByV1(IReadOnlyDictionary<string, string> paths, char processState) =>
        processState is not ('R' or 'S') && paths.TryGetValue("freezer", out string? freezer) && V1Freezer.IsFrozen(freezer);

    private bool IsFrozen(string directory)
    {
        int slash = directory.LastIndexOf('/');
        if (slash <= 0)
            return V2Freezer.IsFrozen(directory);
        Above above = AboveIt(directory[..slash]);
        if (!above.IsThere)
            return false;
        if (SmallFile.TryRead(above.Directory.Number, directory[(slash + 1)..] + "/cgroup.freeze") is { } own)
            return own is [(byte)'1', ..] || above.IsFrozen;
        // The cgroup is gone, or is the root.
        return Errno.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV ? false : throw KernelError.Last("read", directory + "/cgroup.freeze", "read");
    }

    private Above AboveIt(string directory)
    {
        lock (_above)
        {
            if (!_above.TryGetValue(directory, out Above? above))
                _above.Add(directory, above = new Above(directory));
            return above;
        }
    }

    public void Dispose()
    {
        foreach (Above above in _above.Values)
            above.Directory.Dispose();
    }

    private sealed class Above
    {
        public Above(string directory)
        {
            Directory = new(Libc.open(directory, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
            if (Directory.IsInvalid && Errno.Last is not (Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV))
                throw KernelError.Last("open", directory, "open");
            IsThere = !Directory.IsInvalid;
            IsFrozen = IsThere && V2Freezer.AllAreFrozen(directory);
        }

        public SafeFd Directory { get; }

        public bool IsThere { get; }

        public bool IsFrozen { get; }
    }
}
