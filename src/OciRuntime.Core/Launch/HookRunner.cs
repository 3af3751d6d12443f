using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Hooks of the runtime's namespaces: prestart, createRuntime, poststart, poststop. Each gets the state on stdin, the bundle as
/// working directory, its own environment and nothing else, and its deadline.
/// </summary>
internal static unsafe class HookRunner
{
    private const int MaxOutput = 4096;

    /// <summary>Runs hooks in order; the first that fails ends the list.</summary>
    /// <exception cref="OciException">HookFailed, or Cancelled.</exception>
    public static void Run(string kind, IReadOnlyList<OciHook>? hooks, ReadOnlyMemory<byte> state, string bundle, CancelSignal cancel)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
            RunOne(kind, i, hooks![i], state.Span, bundle, cancel);
    }

    /// <summary>Runs hooks whose failure is only a warning; each one gets its turn.</summary>
    public static void RunAll(string kind, IReadOnlyList<OciHook>? hooks, ReadOnlyMemory<byte> state, string bundle, CancelSignal cancel, Action<string> warn)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            try
            {
                RunOne(kind, i, hooks![i], state.Span, bundle, cancel);
            }
            catch (OciException e) when (e.Code == OciErrorCode.HookFailed)
            {
                warn(e.Message);
            }
        }
    }

    private static void RunOne(string kind, int index, OciHook hook, ReadOnlySpan<byte> state, string bundle, CancelSignal cancel)
    {
        using SafeFd input = StateFile(state);
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw KernelError.Last("make", "a pipe for a hook", "pipe2");
        using var output = new SafeFd(ends[0]);
        int pid;
        int errno;
        using (var writer = new SafeFd(ends[1]))
        {
            ReadOnlySpan<(int, int)> descriptors = [(input.Number, 0), (writer.Number, 1), (writer.Number, 2)];
            IReadOnlyList<string> argv = hook.Args is { Count: > 0 } args ? args : [hook.Path];
            pid = ChildSpawn.TrySpawn(hook.Path, argv, hook.Env ?? [], descriptors, bundle, ownGroup: true, out errno);
        }
        if (pid < 0)
            throw Failed(kind, index, hook, "start: " + Errno.Text(errno), [], errno);
        _ = Libc.fcntl(output.Number, Libc.F_SETFL, Libc.O_NONBLOCK);
        using ProcessHandle process = OpenChild(pid);
        var text = new List<byte>();
        bool ended = false;
        try
        {
            ended = Follow(process, output, hook.Timeout, text, cancel);
        }
        finally
        {
            if (!ended)
            {
                // Unreaped, so the group's number is its own; the hook's children go with it.
                _ = Libc.kill(-pid, Libc.SIGKILL);
            }
        }
        if (!ended)
        {
            ProcessHandle.TryReap(pid, 0);
            throw Failed(kind, index, hook, $"timed out after {hook.Timeout} s", text, Errno.ETIMEDOUT);
        }
        ExitStatus? status = ProcessHandle.TryReap(pid, 0);
        if (status is { Signal: > 0 } killed)
            throw Failed(kind, index, hook, "killed by signal " + killed.Signal.ToString(CultureInfo.InvariantCulture), text, 0);
        if (status is { Code: > 0 } failed)
            throw Failed(kind, index, hook, "exit status " + failed.Code.ToString(CultureInfo.InvariantCulture), text, 0);
    }

    // Reads what it writes until it ends; a daemon that it leaves behind with the pipe open does not hold us up.
    private static bool Follow(ProcessHandle process, SafeFd output, int? timeoutSeconds, List<byte> text, CancelSignal cancel)
    {
        long deadline = timeoutSeconds is { } seconds ? Environment.TickCount64 + (seconds * 1000L) : long.MaxValue;
        bool open = true;
        try
        {
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
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled)
        {
            _ = Libc.kill(-process.Pid, Libc.SIGKILL);
            ProcessHandle.TryReap(process.Pid, 0);
            throw;
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

    private static SafeFd StateFile(ReadOnlySpan<byte> state)
    {
        int fd = Libc.memfd_create("state", Libc.MFD_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("make", "the hook's state", "memfd_create");
        var file = new SafeFd(fd);
        if (SmallFile.TryWrite(fd, state) && Libc.lseek(fd, 0, 0) == 0)
            return file;
        file.Dispose();
        throw KernelError.Last("write", "the hook's state", "write");
    }

    private static ProcessHandle OpenChild(int pid)
    {
        int fd = Libc.pidfd_open(pid);
        if (fd >= 0)
            return new ProcessHandle(pid, new SafeFd(fd));
        int errno = Errno.Last;
        _ = Libc.kill(-pid, Libc.SIGKILL);
        ProcessHandle.TryReap(pid, 0);
        throw KernelError.From("watch", "a hook", "pidfd_open", errno);
    }

    private static OciException Failed(string kind, int index, OciHook hook, string why, List<byte> output, int errno)
    {
        string said = Encoding.UTF8.GetString(output.ToArray()).Trim().ReplaceLineEndings(" | ");
        string position = index.ToString(CultureInfo.InvariantCulture);
        return new OciException(OciErrorCode.HookFailed, $"{kind} hook #{position} {hook.Path}: {why}{(said.Length > 0 ? ": " + said : string.Empty)}")
        {
            Step = kind,
            Object = hook.Path,
            Errno = errno,
            SpecPointer = $"/hooks/{kind}/{position}",
        };
    }
}
