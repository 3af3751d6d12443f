using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>What v1 and v2 directories have in common: making, writing, listing and removing.</summary>
internal static unsafe class CgroupDirectory
{
    /// <summary>Makes a directory and its parents; adds what it made to <paramref name="made"/>, outermost first.</summary>
    internal static void Make(string path, string mountPoint, List<string> made)
    {
        if (Libc.mkdirat(Libc.AT_FDCWD, path, 0x1ed) == 0)
        {
            made.Add(path);
            return;
        }

        int errno = Errno.Last;
        if (errno == Errno.EEXIST)
            return;
        int slash = path.LastIndexOf('/');
        if (errno != Errno.ENOENT || slash <= mountPoint.Length)
            throw Failed("make the cgroup", path, "mkdirat", errno, null);
        Make(path[..slash], mountPoint, made);
        if (Libc.mkdirat(Libc.AT_FDCWD, path, 0x1ed) == 0)
            made.Add(path);
        else if (Errno.Last != Errno.EEXIST)
            throw Failed("make the cgroup", path, "mkdirat", Errno.Last, null);
    }

    /// <summary>Undoes <see cref="Make"/>: innermost first; what is in use by others stays.</summary>
    internal static void Unmake(List<string> made)
    {
        for (int i = made.Count - 1; i >= 0; i--)
            _ = Libc.unlinkat(Libc.AT_FDCWD, made[i], Libc.AT_REMOVEDIR);
        made.Clear();
    }

    /// <summary>Writes one value; an error says which property asked for it.</summary>
    internal static void Write(string directory, CgroupWrite write)
    {
        int errno = TextFile.TryWrite(directory + "/" + write.File, write.Value);
        if (errno != 0)
            throw WriteFailed(directory, write, errno);
    }

    internal static OciException WriteFailed(string directory, CgroupWrite write, int errno) => errno == Errno.ENOENT
        ? new(OciErrorCode.NotSupported, $"set {write.SpecPointer}: this kernel has no {directory}/{write.File}")
        {
            Step = "cgroup",
            Syscall = "open",
            Object = directory + "/" + write.File,
            Errno = errno,
            SpecPointer = write.SpecPointer,
            Hint = $"the {write.Controller} controller lacks this limit on this kernel",
        }
        : Failed($"write \"{write.Value}\" to", directory + "/" + write.File, "write", errno, write.SpecPointer);

    /// <summary>All processes of a directory and those below it.</summary>
    internal static void AddProcesses(string directory, ISet<int> pids)
    {
        string? text = TextFile.TryRead(directory + "/cgroup.procs");
        foreach (ReadOnlySpan<char> line in (text ?? string.Empty).AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                pids.Add(pid);
        }

        foreach (string child in Children(directory))
            AddProcesses(child, pids);
    }

    /// <summary>Removes a directory and those below it.</summary>
    /// <returns>0, also when it was gone, or the errno.</returns>
    internal static int TryRemove(string directory)
    {
        if (Libc.unlinkat(Libc.AT_FDCWD, directory, Libc.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT)
            return 0;
        int errno = Errno.Last;
        if (errno != Errno.EBUSY && errno != Errno.ENOTEMPTY)
            return errno;
        bool removed = false;
        foreach (string child in Children(directory))
        {
            int result = TryRemove(child);
            if (result != 0)
                return result;
            removed = true;
        }

        if (!removed)
            return errno;
        return Libc.unlinkat(Libc.AT_FDCWD, directory, Libc.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT ? 0 : Errno.Last;
    }

    /// <summary>Sends a signal to each process through a pidfd, again until no new one shows up.</summary>
    internal static void SignalEach(Func<IReadOnlyList<int>> processes, int signal)
    {
        var done = new HashSet<int>();
        bool more = true;
        while (more)
        {
            more = false;
            foreach (int pid in processes())
            {
                if (!done.Add(pid))
                    continue;
                more = true;
                int fd = Libc.pidfd_open(pid);
                if (fd < 0)
                    continue; // it has ended
                using var process = new SafeFd(fd);
                _ = Libc.pidfd_send_signal(fd, signal);
            }
        }
    }

    /// <summary>Waits until a process has ended, through its pidfd; true when it has.</summary>
    internal static bool WaitForEnd(int pid, int milliseconds)
    {
        int fd = Libc.pidfd_open(pid);
        if (fd < 0)
            return true;
        using var process = new SafeFd(fd);
        var poll = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        return Libc.poll(&poll, 1, milliseconds) > 0;
    }

    internal static OciException Failed(string doing, string target, string syscall, int errno, string? pointer)
    {
        OciException error = KernelError.From(doing, target, syscall, errno);
        return new(error.Code, error.Message)
        {
            Step = "cgroup",
            Syscall = syscall,
            Object = target,
            Errno = errno,
            SpecPointer = pointer,
            Hint = errno switch
            {
                Errno.EROFS => "the cgroup filesystem is mounted read-only",
                Errno.EACCES or Errno.EPERM => "this user may not write here: run as root or delegate the cgroup",
                _ => null,
            },
        };
    }

    private static string[] Children(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
