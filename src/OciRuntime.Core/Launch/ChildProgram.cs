using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>The outcome of a program that was run to its end.</summary>
/// <param name="StartErrno">errno of a failed start, or 0.</param>
/// <param name="TimedOut">It was killed at its deadline.</param>
/// <param name="Status">How it ended, if by itself.</param>
/// <param name="Text">The end of what it wrote to stdout and stderr.</param>
internal readonly record struct ProgramResult(int StartErrno, bool TimedOut, ExitStatus? Status, string Text)
{
    /// <summary>The text on one line.</summary>
    public string Output => Text.Trim().ReplaceLineEndings(" | ");
}

/// <summary>Runs hooks, the setuid programs that write id maps, and ps(1), each with its own environment only and with a deadline.</summary>
internal static unsafe class ChildProgram
{
    private const int MaxOutput = 4096;
    private const int BufferSize = 1024;
    // Enough for a pipe's 64 KiB; a process that the program leaves behind may print forever.
    private const int MaxReads = 256;

    /// <param name="path">Program.</param>
    /// <param name="argv">args[0] included.</param>
    /// <param name="envp">The whole environment.</param>
    /// <param name="input">What it reads from stdin.</param>
    /// <param name="directory">Working directory, or null for the caller's.</param>
    /// <param name="timeoutSeconds">Deadline, or null for none.</param>
    /// <param name="files">Its RLIMIT_NOFILE, or null for the runtime's.</param>
    /// <param name="cancel">Ends it, and its children, early.</param>
    /// <param name="most">How many bytes of its output are kept.</param>
    /// <param name="output">Files that receive its output instead.</param>
    /// <exception cref="OciException">Cancelled.</exception>
    public static ProgramResult Run(
        string path, IReadOnlyList<string> argv, IReadOnlyList<string> envp, ReadOnlySpan<byte> input, string? directory, int? timeoutSeconds, FileLimit? files, CancelSignal cancel, int most = MaxOutput, HookFiles? output = null)
    {
        using SafeFd inputFile = InputFile(input);
        using SafeFd pipe = OutputPipe.Open();
        int pid;
        int errno;
        ReadOnlySpan<(int, int)> descriptors = [(inputFile.Number, 0), ((output?.Stdout ?? pipe).Number, 1), ((output?.Stderr ?? pipe).Number, 2)];
        pid = ChildSpawn.TrySpawn(path, argv, envp, descriptors, directory, ownGroup: true, stdioOnly: true, files, out errno);
        if (pid < 0)
            return new ProgramResult(errno, false, null, string.Empty);
        using ProcessHandle process = ProcessHandle.OfChild(pid, "a program", leader: true);
        var text = new List<byte>();
        bool ended = false;
        ExitStatus? status;
        try
        {
            ended = Follow(process, pipe, timeoutSeconds, text, most, cancel);
        }
        finally
        {
            if (!ended)
            {
                // It is unreaped, so the group's number is still its own; the program's children are killed with it.
                _ = Libc.kill(-pid, Libc.SIGKILL);
            }
            status = ProcessHandle.TryReap(pid, 0);
        }
        return new ProgramResult(0, !ended, ended ? status : null, Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>The path of a tool, or null when it is not installed.</summary>
    public static string? Find(string tool)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") + ":/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(directory, tool);
            if (File.Exists(path))
                return path;
        }
        return null;
    }

    // Reads the output until the program ends; a daemon that it leaves behind does not hold us up.
    private static bool Follow(ProcessHandle process, SafeFd output, int? timeoutSeconds, List<byte> text, int most, CancelSignal cancel)
    {
        long deadline = timeoutSeconds is { } seconds ? Environment.TickCount64 + (seconds * 1000L) : long.MaxValue;
        while (true)
        {
            long left = deadline - Environment.TickCount64;
            if (left <= 0)
                return false;
            int ready = cancel.WaitAny([process.Fd, output.Number], deadline == long.MaxValue ? Timeout.Infinite : (int)Math.Min(left, int.MaxValue));
            if (ready < 0)
                return false;
            if (ready == 0)
                break;
            Read(output, text, most);
        }
        for (int i = 0; i < MaxReads && SmallFile.HasData(output.Number); i++)
            Read(output, text, most);
        // Nobody reads from now on: non-blocking, so that what the program has left running does not block on a full pipe.
        _ = Libc.fcntl(output.Number, Libc.F_SETFL, Libc.O_NONBLOCK);
        return true;
    }

    // Reads what poll(2) has seen: there is no other reader, so this does not block.
    private static void Read(SafeFd output, List<byte> text, int most)
    {
        byte* buffer = stackalloc byte[BufferSize];
        nint length = Libc.read(output.Number, buffer, BufferSize);
        if (length <= 0)
            return;
        text.AddRange(new ReadOnlySpan<byte>(buffer, (int)length));
        if (text.Count > most)
            text.RemoveRange(0, text.Count - most);
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
