using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Launch;

/// <summary>The descriptors 0, 1 and 2 that a helper starts with, and their other ends.</summary>
internal sealed unsafe class LaunchStdio : IDisposable
{
    private readonly SafeFd?[] _child = new SafeFd?[3];

    private LaunchStdio()
    {
    }

    /// <summary>Write end of stdin, or null.</summary>
    public SafeFd? Input { get; private set; }

    /// <summary>Read end of stdout, or null.</summary>
    public SafeFd? Output { get; private set; }

    /// <summary>Read end of stderr, or null.</summary>
    public SafeFd? Error { get; private set; }

    /// <summary>The supervisor's end of the socketpair for the pty master, or null.</summary>
    public SafeFd? ConsoleReader { get; private set; }

    /// <summary>The helper's end of it, or null.</summary>
    public SafeFd? ConsoleWriter { get; private set; }

    /// <summary>The runtime's own 0, 1 and 2.</summary>
    public static LaunchStdio Inherit() => new();

    /// <summary>/dev/null for all three.</summary>
    public static LaunchStdio Null()
    {
        var stdio = new LaunchStdio();
        stdio._child[0] = stdio._child[1] = stdio._child[2] = OpenNull();
        return stdio;
    }

    /// <summary>Three pipes.</summary>
    public static LaunchStdio Pipes() => Build(static stdio =>
    {
        (stdio._child[0], stdio.Input) = Pipe();
        (stdio.Output, stdio._child[1]) = Pipe();
        (stdio.Error, stdio._child[2]) = Pipe();
    });

    /// <summary>stdin is /dev/null, the supervisor reads the rest; with a terminal it gets the pty master instead.</summary>
    public static LaunchStdio Supervised(bool terminal) => Build(stdio =>
    {
        stdio._child[0] = OpenNull();
        if (!terminal)
        {
            (stdio.Output, stdio._child[1]) = Pipe();
            (stdio.Error, stdio._child[2]) = Pipe();
            return;
        }
        stdio._child[1] = stdio._child[2] = stdio._child[0];
        int* ends = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0, ends) != 0)
            throw KernelError.Last("make", "the supervisor's console socket", "socketpair");
        stdio.ConsoleReader = new SafeFd(ends[0]);
        stdio.ConsoleWriter = new SafeFd(ends[1]);
    });

    /// <summary>The spawn's dup2 pairs.</summary>
    public int CopyActions(Span<(int From, int To)> actions)
    {
        int count = 0;
        for (int i = 0; i < 3; i++)
        {
            if (_child[i] is { } fd)
                actions[count++] = (fd.Number, i);
        }
        return count;
    }

    /// <summary>The standard streams of a process, as /proc/PID/fd names them; empty when none is a pipe.</summary>
    public IReadOnlyList<string> StreamNames()
    {
        Span<int> numbers = [_child[0]?.Number ?? 0, _child[1]?.Number ?? 1, _child[2]?.Number ?? 2];
        if (!IsPipe(numbers[0]) && !IsPipe(numbers[1]) && !IsPipe(numbers[2]))
            return [];
        var names = new string[numbers.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = Libc.readlink("/proc/self/fd/" + numbers[i].ToString(CultureInfo.InvariantCulture)) ?? string.Empty;
        return names;
    }

    /// <summary>This object's descriptor for a role, or null.</summary>
    public SafeFd? ForRole(PlanFdRole role) => role switch
    {
        PlanFdRole.StdoutReader => Output,
        PlanFdRole.StderrReader => Error,
        PlanFdRole.SupervisorConsoleReader => ConsoleReader,
        PlanFdRole.SupervisorConsoleWriter => ConsoleWriter,
        _ => null,
    };

    /// <summary>Closes what only the child needs, so that the end of a pipe is seen.</summary>
    /// <param name="readers">The supervisor also has the other ends.</param>
    public void CloseChildEnds(bool readers)
    {
        if (readers)
        {
            Output?.Dispose();
            Error?.Dispose();
        }
        foreach (SafeFd? fd in _child)
            fd?.Dispose();
        ConsoleWriter?.Dispose();
        ConsoleReader?.Dispose();
    }

    /// <summary>Wraps the write end of stdin in a stream.</summary>
    public static Stream? ToInput(SafeFd? fd) => fd is null ? null : new FileStream(fd.ToFileHandle(), FileAccess.Write, 0);

    /// <summary>Wraps the read end of stdout or stderr in a stream.</summary>
    public static EndableStream? ToOutput(SafeFd? fd) => fd is null ? null : new EndableStream(new SafeFd(fd.Detach()));

    public void Dispose()
    {
        CloseChildEnds(readers: true);
        Input?.Dispose();
    }

    private static LaunchStdio Build(Action<LaunchStdio> fill)
    {
        var stdio = new LaunchStdio();
        try
        {
            fill(stdio);
            return stdio;
        }
        catch
        {
            stdio.Dispose();
            throw;
        }
    }

    // Going through a name in /proc would be slower.
    private static bool IsPipe(int number)
    {
        Libc.statx_t stat;
        return Libc.statx(number, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, &stat) == 0 && (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFIFO;
    }

    private static SafeFd OpenNull()
    {
        int fd = Libc.open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        return fd < 0 ? throw KernelError.Last("open", "/dev/null", "open") : Lift(fd);
    }

    private static (SafeFd Read, SafeFd Write) Pipe()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw KernelError.Last("make", "a pipe for stdio", "pipe2");
        return (Lift(ends[0]), Lift(ends[1]));
    }

    // If the caller has 0, 1 or 2 closed, a new descriptor gets that number; as a source of dup2 it would be overwritten before it is used.
    private static SafeFd Lift(int fd)
    {
        var owned = new SafeFd(fd);
        if (fd > 2)
            return owned;
        using (owned)
        {
            int higher = Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 10);
            return higher >= 0 ? new SafeFd(higher) : throw KernelError.Last("move", "a descriptor", "fcntl");
        }
    }
}
