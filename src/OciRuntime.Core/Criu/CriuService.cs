using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Criu;

/// <summary>
/// One <c>criu swrk</c>: a criu that works for its parent and ends with it. It takes requests over a SOCK_SEQPACKET pair, reports its progress in notices and waits for
/// an answer to each, and answers each request once. It opens directories of its parent through <c>/proc/PID/fd</c>.
/// </summary>
internal sealed unsafe class CriuService : IDisposable
{
    /// <summary>3.15: the first with external pid namespaces and a notice when the page server is ready.</summary>
    private const int OldestVersion = 31_500;

    // Descriptor numbers in criu.
    private const int SocketFd = 3;
    private const int FirstExtraFd = 4;

    // Copies start here, so that no source of a dup2 is the target of an earlier one.
    private const int SafeNumber = 64;

    private const int LargestMessage = 64 << 10;

    private static readonly string[] s_args = ["criu", "swrk", "3"];

    private readonly SafeFd _socket;
    private readonly ICriuProcess _process;
    private readonly CancelSignal _cancel;
    private bool _ended;

    private CriuService(SafeFd socket, ICriuProcess process, CancelSignal cancel)
    {
        _socket = socket;
        _process = process;
        _cancel = cancel;
    }

    public int Pid => _process.Pid;

    /// <summary>Version of criu; known after <see cref="CheckVersion"/>.</summary>
    public int Version { get; private set; }

    /// <summary>The number in criu of a descriptor passed at its start.</summary>
    public static int FdOf(int index) => FirstExtraFd + index;

    /// <summary>Starts criu as this process's child; it waits for a request.</summary>
    /// <param name="stdio">Its standard streams, which the restored processes get.</param>
    /// <param name="extra">Descriptors that it gets, from <see cref="FdOf"/> 0 on.</param>
    /// <param name="cancel">Stops waiting for it.</param>
    /// <exception cref="OciException">NotInstalled.</exception>
    public static CriuService Start(LaunchStdio stdio, IReadOnlyList<SafeFd> extra, CancelSignal cancel) => Start(its =>
    {
        string program = FindProgram();
        var copies = new List<SafeFd>();
        try
        {
            copies.Add(Copy(its));
            foreach (SafeFd fd in extra)
                copies.Add(Copy(fd));
            Span<(int, int)> descriptors = new (int, int)[3 + copies.Count];
            int count = stdio.CopyActions(descriptors);
            for (int i = 0; i < copies.Count; i++)
                descriptors[count++] = (copies[i].Number, SocketFd + i);
            int pid = ChildSpawn.TrySpawn(program, s_args, Environ(), descriptors[..count], directory: null, ownGroup: false, stdioOnly: false, files: null, out int errno);
            return pid > 0 ? new ChildCriu(ProcessHandle.OfChild(pid, "criu")) : throw KernelError.From("start", program, "posix_spawn", errno);
        }
        finally
        {
            foreach (SafeFd copy in copies)
                copy.Dispose();
        }
    }, cancel);

    /// <summary>Starts criu as the child of another process.</summary>
    /// <param name="start">Starts it, given criu's end of its socket.</param>
    /// <param name="cancel">Stops waiting for it.</param>
    public static CriuService Start(Func<SafeFd, ICriuProcess> start, CancelSignal cancel)
    {
        int* ends = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0, ends) != 0)
            throw KernelError.Last("make", "criu's socket", "socketpair");
        var own = new SafeFd(ends[0]);
        using var its = new SafeFd(ends[1]);
        try
        {
            return new CriuService(own, start(its), cancel);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>The plan for a supervisor that starts criu with its socket and with descriptors from <see cref="FdOf"/> 0 on.</summary>
    /// <param name="supervisor">The supervisor.</param>
    /// <param name="extra">The descriptors.</param>
    /// <exception cref="OciException">NotInstalled.</exception>
    public static LaunchPlan PlanFor(SuperviseStep supervisor, IReadOnlyList<SafeFd> extra)
    {
        var step = new RestoreStep { Program = FindProgram(), Args = s_args, Env = Environ(), Mounts = new RoleFd(PlanFdRole.CriuMounts) };
        return RestorePlanner.Plan(supervisor, step, SocketFd, [new RoleFd(PlanFdRole.CriuSocket), .. extra.Select(static fd => new InheritedFd(fd.Number))]);
    }

    /// <summary>The path of criu.</summary>
    /// <exception cref="OciException">NotInstalled.</exception>
    public static string FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(static directory => Path.Join(directory, "criu")).FirstOrDefault(File.Exists)
        ?? throw new OciException(OciErrorCode.NotInstalled, "checkpoint and restore need the program criu, which is not installed")
        {
            Step = "criu",
            Object = "criu",
            Hint = "install the package criu",
        };

    /// <summary>Asks for the version.</summary>
    /// <exception cref="OciException">NotSupported: too old.</exception>
    public void CheckVersion()
    {
        Version = Ask(new CriuRequest(CriuRequestType.Version) { KeepOpen = true }, static (_, _) => { }).Version;
        Require(OldestVersion, "checkpoint and restore");
    }

    /// <summary>Throws if this version of criu is too old for something.</summary>
    public void Require(int version, string what)
    {
        if (Version < version)
        {
            throw new OciException(OciErrorCode.NotSupported, $"{what}: criu {Words(version)} or newer is needed, this is {Words(Version)}")
            {
                Step = "criu",
                Object = "criu",
            };
        }
    }

    /// <summary>Asks whether criu and the kernel can do something.</summary>
    /// <exception cref="OciException">NotSupported.</exception>
    public void Require(CriuFeatures features)
    {
        CriuFeatures missing = features & ~Ask(new CriuRequest(CriuRequestType.FeatureCheck) { Features = features, KeepOpen = true }, static (_, _) => { }).Features;
        if (missing != CriuFeatures.None)
            throw new OciException(OciErrorCode.NotSupported, $"criu is missing features: {missing}") { Step = "criu", Object = "criu", Hint = "they also depend on the kernel: see criu check --all" };
    }

    /// <summary>Makes a request and follows criu to its answer.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="onNotice">Handles a notice; its descriptors are closed afterwards. An exception ends criu.</param>
    /// <exception cref="OciException">criu failed.</exception>
    public CriuResponse Ask(CriuRequest request, Action<CriuResponse, List<SafeFd>> onNotice)
    {
        Send(request);
        while (true)
        {
            var fds = new List<SafeFd>();
            try
            {
                CriuResponse response = Receive(fds);
                if (!response.Success)
                    throw Failed($"type {Word(response.Type)} errno {response.Errno}");
                if (response.Type != CriuRequestType.Notify)
                    return response.Type == request.Type ? response : throw Failed($"it answered {Word(response.Type)} to {Word(request.Type)}");
                onNotice(response, fds);
                Send(new CriuRequest(CriuRequestType.Notify));
            }
            finally
            {
                foreach (SafeFd fd in fds)
                    fd.Dispose();
            }
        }
    }

    /// <summary>Ends the requests and waits for criu to exit.</summary>
    /// <param name="mustSucceed">Throw if criu fails.</param>
    public void End(bool mustSucceed)
    {
        _ = Libc.shutdown(_socket.Number, Libc.SHUT_WR);
        ExitStatus? status = _process.WaitEnd(_cancel);
        _ended = true;
        if (mustSucceed && status is { Code: not 0 } failed)
            throw Failed("exit status " + failed.Code.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (!_ended)
            _process.EndNow();
        _ended = true;
        _process.Dispose();
    }

    private void Send(CriuRequest request)
    {
        if (!FdPassing.TrySend(_socket.Number, request.Encode(), [], out int errno))
            throw errno is Errno.EPIPE or Errno.ECONNRESET ? Died() : KernelError.From("talk to", "criu", "sendmsg", errno);
    }

    private CriuResponse Receive(List<SafeFd> fds)
    {
        _cancel.WaitAny([_socket.Number]);
        byte* control = stackalloc byte[64];
        byte[] buffer = new byte[LargestMessage];
        fixed (byte* bytes = buffer)
        {
            var vector = new Libc.iovec { iov_base = bytes, iov_len = LargestMessage };
            var header = new Libc.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = 64 };
            nint length;
            do
                length = Libc.recvmsg(_socket.Number, &header, Libc.MSG_CMSG_CLOEXEC);
            while (length < 0 && Errno.Last == Errno.EINTR);
            if (length == 0 || (length < 0 && Errno.Last == Errno.ECONNRESET))
                throw Died();
            if (length < 0)
                throw KernelError.Last("talk to", "criu", "recvmsg");
            FdPassing.Take(&header, fds);
            if ((header.msg_flags & Libc.MSG_TRUNC) != 0)
                throw Failed("its answer is too long");
            return CriuResponse.Decode(new ReadOnlySpan<byte>(bytes, (int)length));
        }
    }

    private static SafeFd Copy(SafeFd fd)
    {
        int copy = Libc.fcntl(fd.Number, Libc.F_DUPFD_CLOEXEC, SafeNumber);
        return copy >= 0 ? new SafeFd(copy) : throw KernelError.Last("duplicate", "a descriptor for criu", "fcntl");
    }

    // criu runs tar, iptables and the like.
    private static List<string> Environ() => [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}")];

    private Exception Died() => _process.Failure() ?? Failed("it ended without an answer");

    private static OciException Failed(string why) => new(OciErrorCode.CriuFailed, "criu failed: " + why) { Step = "criu", Object = "criu" };

    private static string Words(int version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{version / 10_000}.{version / 100 % 100}");

    // The names that runc prints.
    private static string Word(CriuRequestType type) => type switch
    {
        CriuRequestType.PreDump => "PRE_DUMP",
        CriuRequestType.FeatureCheck => "FEATURE_CHECK",
        _ => type.ToString().ToUpperInvariant(),
    };
}
