using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Writes the files of cgroups, and words the errors.</summary>
internal static unsafe class CgroupFiles
{
    /// <summary>Writes values in order; an error names the property that asked for the value.</summary>
    /// <param name="writes">What to write.</param>
    /// <param name="directory">The directory of a write's controller; throws where there is none.</param>
    internal static void WriteAll(List<CgroupWrite> writes, Func<CgroupWrite, string> directory)
    {
        List<CgroupWrite>? refused = null;
        using var open = new OpenFile();
        foreach (CgroupWrite write in writes)
        {
            int errno = Write(open, directory, write);
            // Values that depend on each other (limit and memsw, quota and period and burst, rt_period and rt_runtime) can't be set in one
            // order for every state they may be in: a value that is refused now may fit the new value of the other, and is tried again.
            if (errno == Errno.EINVAL)
                (refused ??= []).Add(write);
            else if (errno != 0)
                throw Failed(directory(write), write, errno);
        }

        foreach (CgroupWrite write in refused ?? [])
        {
            int errno = Write(open, directory, write);
            if (errno != 0)
                throw Failed(directory(write), write, errno);
        }
    }

    /// <summary>Writes one value.</summary>
    internal static void Write(string directory, CgroupWrite write) => WriteAll([write], _ => directory);

    /// <summary>Moves a process by a <c>tasks</c> or <c>cgroup.procs</c> file.</summary>
    internal static void Join(string file, int pid)
    {
        int errno = TextFile.TryWrite(file, WriteList.Number(pid));
        if (errno != 0)
            throw Failed($"move process {WriteList.Number(pid)} with", file, "write", errno, "/linux/cgroupsPath");
    }

    /// <summary>The error of a failed call on a cgroup's file or directory.</summary>
    internal static OciException Failed(string doing, string target, string syscall, int errno, string? pointer, string? why = null, string? hint = null)
    {
        OciException error = KernelError.From(doing, target, syscall, errno);
        return new(error.Code, error.Message + why)
        {
            Step = "cgroup",
            Syscall = syscall,
            Object = target,
            Errno = errno,
            SpecPointer = pointer,
            Hint = hint ?? errno switch
            {
                Errno.EROFS => "the cgroup filesystem is mounted read-only",
                Errno.EACCES or Errno.EPERM => "this user may not write here: run as root or delegate the cgroup",
                _ => null,
            },
        };
    }

    private static int Write(OpenFile open, Func<CgroupWrite, string> directory, CgroupWrite write)
    {
        int errno = open.Write(directory(write), write.File, write.Value);
        // EOPNOTSUPP concerns one device, whose I/O scheduler ignores this file.
        if (errno is not (Errno.ENOENT or Errno.EOPNOTSUPP))
            return errno;
        if (write.Optional && errno == Errno.ENOENT)
            return 0;
        return write.Otherwise is { } other ? open.Write(directory(other), other.File, other.Value) : errno;
    }

    private static OciException Failed(string directory, CgroupWrite write, int errno)
    {
        string file = directory + "/" + write.File;
        if (errno == Errno.ENOENT)
            return Missing(directory, file, write);
        // The kernel could not reclaim enough memory (cgroup-v1/memory).
        string? why = errno == Errno.EBUSY && write.File == "memory.limit_in_bytes"
            ? $" ({Value(directory, "memory.usage_in_bytes")} bytes are in use, the peak was {Value(directory, "memory.max_usage_in_bytes")})"
            : null;
        return Failed($"write \"{write.Value}\" to", file, "write", errno, write.SpecPointer, why, CgroupHint.For(directory, write, errno));
    }

    private static OciException Missing(string directory, string file, CgroupWrite write)
    {
        // On v2, a controller that the parent has not enabled has no files at all.
        string? controllers = TextFile.TryReadForMessage(directory + "/cgroup.controllers");
        bool lacks = write.Controller.Length > 0 && controllers is not null && Array.IndexOf(CgroupLayout.Words(controllers), write.Controller) < 0;
        string problem = lacks ? $"the {write.Controller} controller is not available in {directory}" : $"this kernel has no {file}";
        return new(OciErrorCode.NotSupported, $"set {write.SpecPointer}: {problem}")
        {
            Step = "cgroup",
            Syscall = "open",
            Object = file,
            Errno = Errno.ENOENT,
            SpecPointer = write.SpecPointer,
            Hint = lacks
                ? $"{write.Controller} is not enabled in cgroup.subtree_control of the parent cgroup, or belongs to a v1 hierarchy"
                : $"the {write.Controller} controller lacks this limit on this kernel",
        };
    }

    private static string Value(string directory, string file) => TextFile.TryReadForMessage(directory + "/" + file) ?? "?";

    /// <summary>Keeps the file of the last write open, since device rules and throttles write to one file many times.</summary>
    private sealed class OpenFile : IDisposable
    {
        private string? _directory;
        private string? _name;
        private int _fd = -1;

        public int Write(string directory, string name, string value)
        {
            if (_fd < 0 || name != _name || directory != _directory)
            {
                Dispose();
                _fd = Libc.open(directory + "/" + name, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
                if (_fd < 0)
                    return Errno.Last;
                (_directory, _name) = (directory, name);
            }

            Span<byte> buffer = stackalloc byte[512];
            ReadOnlySpan<byte> bytes = Encoding.UTF8.TryGetBytes(value, buffer, out int length) ? buffer[..length] : Encoding.UTF8.GetBytes(value);
            nint written;
            fixed (byte* start = bytes)
            {
                do
                {
                    written = Libc.write(_fd, start, bytes.Length);
                }
                while (written < 0 && Errno.Last == Errno.EINTR);
            }

            return written < 0 ? Errno.Last : 0;
        }

        public void Dispose()
        {
            if (_fd >= 0)
                _ = Libc.close(_fd);
            _fd = -1;
        }
    }
}
