using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>
/// oci-init in a sealed memfd. A container that gets hold of /proc/PID/exe of a process that enters it can't write to the
/// program that starts the next one (CVE-2019-5736): there is no file of the host behind it, and the seals outlive mounts.
/// </summary>
internal sealed class SealedHelper : IDisposable
{
    private const uint Mode = 0x149; // 0511

    private static readonly string[] s_argv = ["oci-init"];
    private static readonly Cell s_shared = new();

    private readonly SafeFd _fd;

    private SealedHelper(SafeFd fd) => _fd = fd;

    /// <summary>The path to execute; also valid in a spawned child, which has a copy of the descriptor.</summary>
    public string ExecPath => "/proc/self/fd/" + _fd.Number.ToString(CultureInfo.InvariantCulture);

    public int Fd => _fd.Number;

    /// <summary>The helper shared by this process. A failure to make it is thrown at every use.</summary>
    public static SealedHelper Shared => s_shared.Get();

    /// <summary>Starts it; it waits for its program.</summary>
    /// <param name="stdio">Its 0, 1 and 2.</param>
    /// <param name="what">Its name in errors.</param>
    /// <param name="channel">The runtime's end of its channel.</param>
    public ProcessHandle Start(LaunchStdio stdio, string what, out Channel channel)
    {
        channel = Channel.CreatePair(out SafeFd helperEnd);
        using (helperEnd)
        {
            // Targets 0-2 first: only then may 3 be overwritten, which could be a source of stdio.
            Span<(int, int)> descriptors = stackalloc (int, int)[4];
            int count = stdio.CopyActions(descriptors);
            descriptors[count++] = (helperEnd.Number, WireFormat.ChannelFd);
            int pid = ChildSpawn.TrySpawn(ExecPath, s_argv, [], descriptors[..count], directory: null, ownGroup: false, stdioOnly: false, files: null, out int errno);
            GC.KeepAlive(this);
            try
            {
                return pid > 0 ? ProcessHandle.OfChild(pid, what) : throw KernelError.From("start", what, "posix_spawn", errno);
            }
            catch
            {
                channel.Dispose();
                throw;
            }
        }
    }

    // The bytes are sealed, the inode's owner and mode are not: root in a container that got hold of it could break later launches.
    private unsafe bool IsAsMade()
    {
        Libc.statx_t stat;
        return Libc.statx(Fd, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_TYPE | Libc.STATX_MODE | Libc.STATX_UID, &stat) == 0
            && stat.stx_mode == (Libc.S_IFREG | Mode) && stat.stx_uid == Libc.geteuid();
    }

    private static SealedHelper Create()
    {
        // MFD_EXEC (Linux 6.3) keeps the execute bit where vm.memfd_noexec is set; older kernels refuse the flag.
        int fd = Libc.memfd_create("oci-init", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING | Libc.MFD_EXEC);
        bool sealExec = fd >= 0;
        if (fd < 0 && Errno.Last == Errno.EINVAL)
            fd = Libc.memfd_create("oci-init", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
        if (fd < 0)
            throw KernelError.Last("make", "the sealed helper", "memfd_create");
        var owned = new SafeFd(fd);
        try
        {
            if (!SmallFile.TryWrite(fd, HelperProgram.Bytes))
                throw KernelError.Last("write", "the sealed helper", "write");
            if (Libc.fchmod(fd, Mode) != 0)
                throw KernelError.Last("make executable", "the sealed helper", "fchmod");
            // Not F_SEAL_FUTURE_WRITE, which was broken before Linux 5.5.
            int seals = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE;
            if ((!sealExec || Libc.fcntl(fd, Libc.F_ADD_SEALS, seals | Libc.F_SEAL_EXEC) != 0) && Libc.fcntl(fd, Libc.F_ADD_SEALS, seals) != 0)
                throw KernelError.Last("seal", "the helper", "fcntl");
            return new SealedHelper(Beyond(WireFormat.ChannelFd, owned));
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    // The child moves its channel to that number before it executes the helper through its own descriptor.
    private static SafeFd Beyond(int number, SafeFd helper)
    {
        if (helper.Number > number)
            return helper;
        int moved = Libc.fcntl(helper.Number, Libc.F_DUPFD_CLOEXEC, number + 1);
        if (moved < 0)
            throw KernelError.Last("move", "the sealed helper", "fcntl");
        helper.Dispose();
        return new SafeFd(moved);
    }

    public void Dispose() => _fd.Dispose();

    // One per process, made at the first launch, and remade when its inode was changed. The old one is closed when its last user releases it.
    private sealed class Cell
    {
        private readonly Lock _lock = new();
        private SealedHelper? _helper;

        public SealedHelper Get()
        {
            lock (_lock)
            {
                if (_helper?.IsAsMade() != true)
                    _helper = Create();
                return _helper;
            }
        }
    }
}
