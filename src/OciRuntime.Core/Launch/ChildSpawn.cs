using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>posix_spawn(3): vfork semantics, so the size of the CLR's address space does not matter, and a clean signal state.</summary>
internal static unsafe class ChildSpawn
{
    /// <summary>Starts a program. A failed exec is reported here and not as an exit status.</summary>
    /// <param name="path">Program.</param>
    /// <param name="argv">args[0] included.</param>
    /// <param name="envp">The whole environment.</param>
    /// <param name="descriptors">Pairs (from, to), applied in this order; no target may be the source of a later pair.</param>
    /// <param name="directory">Working directory, or null for the caller's.</param>
    /// <param name="ownGroup">The program leads a new process group.</param>
    /// <param name="stdioOnly">The program gets the standard streams and no other descriptor, not even one that our caller has left open.</param>
    /// <param name="files">Its RLIMIT_NOFILE, or null for the caller's.</param>
    /// <param name="errno">errno of a failed start.</param>
    /// <returns>Pid, or -1.</returns>
    public static int TrySpawn(
        string path,
        IReadOnlyList<string> argv,
        IReadOnlyList<string> envp,
        ReadOnlySpan<(int From, int To)> descriptors,
        string? directory,
        bool ownGroup,
        bool stdioOnly,
        FileLimit? files,
        out int errno)
    {
        byte* actions = stackalloc byte[Libc.OpaqueSize];
        byte* attributes = stackalloc byte[Libc.OpaqueSize];
        using var arguments = new StringVector(argv);
        using var environment = new StringVector(envp);
        // These fail only for lack of memory, and return an error number.
        errno = Libc.posix_spawn_file_actions_init(actions);
        if (errno != 0)
            return -1;
        errno = Libc.posix_spawnattr_init(attributes);
        if (errno == 0)
            errno = Prepare(actions, attributes, descriptors, directory, ownGroup, stdioOnly);
        int pid = -1;
        if (errno == 0)
        {
            // posix_spawn(3) has no attribute for it: the child inherits the limit that its parent has at that moment.
            using var lowered = LoweredFileLimit.To(files);
            errno = Libc.posix_spawn(&pid, path, actions, attributes, arguments.Pointer, environment.Pointer);
        }
        _ = Libc.posix_spawnattr_destroy(attributes);
        _ = Libc.posix_spawn_file_actions_destroy(actions);
        return errno == 0 ? pid : -1;
    }

    private static int Prepare(byte* actions, byte* attributes, ReadOnlySpan<(int From, int To)> descriptors, string? directory, bool ownGroup, bool stdioOnly)
    {
        byte* signals = stackalloc byte[Libc.OpaqueSize];
        int error = 0;
        foreach ((int from, int to) in descriptors)
            error |= Libc.posix_spawn_file_actions_adddup2(actions, from, to);
        if (stdioOnly)
            error |= Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3);
        if (directory is not null)
            error |= Libc.posix_spawn_file_actions_addchdir_np(actions, directory);
        // .NET ignores SIGPIPE and handles others; neither that nor a thread's mask may reach the child.
        error |= Libc.sigemptyset(signals);
        error |= Libc.posix_spawnattr_setsigmask(attributes, signals);
        error |= Libc.sigfillset(signals);
        error |= Libc.posix_spawnattr_setsigdefault(attributes, signals);
        short flags = Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSIGDEF;
        if (ownGroup)
        {
            flags |= Libc.POSIX_SPAWN_SETPGROUP;
            error |= Libc.posix_spawnattr_setpgroup(attributes, 0);
        }
        error |= Libc.posix_spawnattr_setflags(attributes, flags);
        return error == 0 ? 0 : Errno.ENOMEM;
    }
}
