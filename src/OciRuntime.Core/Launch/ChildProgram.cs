using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>What became of a program that was run to its end.</summary>
/// <param name="StartErrno">errno of a failed start, or 0.</param>
/// <param name="TimedOut">It was killed at its deadline.</param>
/// <param name="Status">How it ended, when it did by itself.</param>
/// <param name="Output">The end of what it wrote to stdout and stderr, in one line.</param>
internal readonly record struct ProgramResult(int StartErrno, bool TimedOut, ExitStatus? Status, string Output);

/// <summary>Runs hooks and the setuid programs that write id maps: with their own environment and nothing else, and a deadline.</summary>
internal static unsafe class ChildProgram
{
    private const int MaxOutput = 4096;

    /// <param name="path">Program.</param>
    /// <param name="argv">args[0] included.</param>
    /// <param name="envp">The whole environment.</param>
    /// <param name="input">What it reads from stdin.</param>
    /// <param name="directory">Working directory, or null for the caller's.</param>
    /// <param name="timeoutSeconds">Deadline, or null for none.</param>
    /// <param name="files">Its RLIMIT_NOFILE, or null for the runtime's.</param>
    /// <param name="cancel">Ends it, and its children, early.</param>
    /// <exception cref="OciException">Cancelled.</exception>
    public static ProgramResult Run(
        string path, IReadOnlyList<string> argv, IReadOnlyList<string> envp, ReadOnlySpan<byte> input, string? directory, int? timeoutSeconds, FileLimit? files, CancelSignal cancel)
    {
        using SafeFd inputFile = InputFile(input);
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw KernelError.Last("make", "a pipe for a program", "pipe2");
        using var output = new SafeFd(ends[0]);
        int pid;
        int errno;
        using (var writer = new SafeFd(ends[1]))
        {
            ReadOnlySpan<(int, int)> descriptors = [(inputFile.Number, 0), (writer.Number, 1), (writer.Number, 2)];
            pid = ChildSpawn.TrySpawn(path, argv, envp, descriptors, directory, ownGroup: true, stdioOnly: true, files, out errno);
        }
        if (pid < 0)
            return new ProgramResult(errno, false, null, string.Empty);
        _ = Libc.fcntl(output.Number, Libc.F_SETFL, Libc.O_NONBLOCK);
        using ProcessHandle process = ProcessHandle.OfChild(pid, "a program", leader: true);
        var text = new List<byte>();
        bool ended = false;
        ExitStatus? status;
        try
        {
            ended = Follow(process, output, timeoutSeconds, text, cancel);
        }
        finally
        {
            if (!ended)
            {
                // Unreaped, so the group's number is its own; the program's children go with it.
                _ = Libc.kill(-pid, Libc.SIGKILL);
            }
            status = ProcessHandle.TryReap(pid, 0);
        }
        return new ProgramResult(0, !ended, ended ? status : null, Encoding.UTF8.GetString(text.ToArray()).Trim().ReplaceLineEndings(" | "));
    }

    // Reads what it writes until it ends; a daemon that it leaves behind with the pipe open does not hold us up.
    private static bool Follow(ProcessHandle process, SafeFd output, int? timeoutSeconds, List<byte> text, CancelSignal cancel)
    {
        long deadline = timeoutSeconds is { } seconds ? Environment.TickCount64 + (seconds * 1000L) : long.MaxValue;
        bool open = true;
        while (true)
        {
            long left = deadline - Environment.TickCount64;
            if (left <= 0)
                return false;
            int wait = deadline == long.MaxValue ? Timeout.Infinite : (int)Math.Min(left, int.MaxValue);
            int ready = open ? cancel.WaitAny([output.Number, process.Fd], wait) : cancel.WaitAny([process.Fd], wait);
            if (ready < 0)
                return false;
            bool exited = open ? ready == 1 : ready == 0;
            open = open && Drain(output, text);
            if (exited)
                return true;
        }
    }

    private static bool Drain(SafeFd output, List<byte> text)
    {
        byte* buffer = stackalloc byte[1024];
        while (true)
        {
            nint length = Libc.read(output.Number, buffer, 1024);
            if (length == 0)
                return false;
            if (length < 0)
                return Errno.Last is Errno.EAGAIN or Errno.EINTR;
            text.AddRange(new ReadOnlySpan<byte>(buffer, (int)length));
            if (text.Count > MaxOutput)
                text.RemoveRange(0, text.Count - MaxOutput);
        }
    }

    private static SafeFd InputFile(ReadOnlySpan<byte> input)
    {
        int fd = Libc.memfd_create("input", Libc.MFD_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("make", "a program's input", "memfd_create");
        var file = new SafeFd(fd);
        if (SmallFile.TryWrite(fd, input) && Libc.lseek(fd, 0, 0) == 0)
            return file;
        file.Dispose();
        throw KernelError.Last("write", "a program's input", "write");
    }
}
