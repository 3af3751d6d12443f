using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>What one read of /proc/PID/stat gives (proc_pid_stat(5)).</summary>
/// <param name="State">R, S, D, T, Z, X and so on.</param>
/// <param name="Parent">Pid of the parent; 0 when that is in another pid namespace.</param>
/// <param name="StartTime">Field 22: clock ticks after boot; with the pid it identifies a process uniquely.</param>
/// <param name="IsHelper">The program is still oci-init, not yet the container's own.</param>
internal readonly record struct ProcessStat(char State, int Parent, ulong StartTime, bool IsHelper)
{
    /// <summary>True for an ended process, of which only the exit status is left.</summary>
    public bool IsDead => State is 'Z' or 'X' or 'x';

    /// <summary>Reads it; null when there is no such process. An error when the kernel can't tell.</summary>
    public static ProcessStat? Read(int pid)
    {
        if (pid <= 0)
            return null;
        // hidepid on /proc hides other users' processes. Read a second time, because the process may have appeared in between.
        if (ReadShown(pid) is { } stat)
            return stat;
        if (Libc.kill(pid, 0) != 0 && Errno.Last == Errno.ESRCH)
            return null;
        return ReadShown(pid) ?? (Libc.kill(pid, 0) != 0 && Errno.Last == Errno.ESRCH ? null : throw Hidden(pid));
    }

    /// <summary>Reads it without checking whether it is hidden: null also when it may not be looked at.</summary>
    public static ProcessStat? TryRead(int pid) => TextFile.TryReadOnce(PathOf(pid)) is { } line ? Parse(Encoding.UTF8.GetBytes(line)) : null;

    /// <summary>Opens the file for repeated reads; null when there is no such process or it is hidden.</summary>
    public static SafeFd? TryOpen(int pid) =>
        Libc.open(PathOf(pid), Libc.O_RDONLY | Libc.O_CLOEXEC, 0) is var fd and >= 0 ? new SafeFd(fd) : null;

    /// <summary>Reads such a file again; null when the process has been reaped, or the kernel can't tell.</summary>
    public static ProcessStat? TryRead(SafeFd file)
    {
        Span<byte> buffer = stackalloc byte[1024];
        int length = SmallFile.ReadStart(file.Number, buffer);
        return length > 0 ? Parse(buffer[..length]) : null;
    }

    private static ProcessStat? ReadShown(int pid)
    {
        string path = PathOf(pid);
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        // A process that is just ending still has its entry, but it can't be opened any more.
        if (fd < 0)
            return Errno.Last is Errno.ENOENT or Errno.ESRCH ? null : throw KernelError.Last("look at the process", path, "open");
        using var file = new SafeFd(fd);
        Span<byte> buffer = stackalloc byte[1024];
        int length = SmallFile.ReadPart(fd, buffer);
        if (length < 0)
            return Errno.Last == Errno.ESRCH ? null : throw KernelError.Last("look at the process", path, "read");
        return Parse(buffer[..length])
            ?? throw new OciException(OciErrorCode.Unknown, $"look at the process {path}: not in the format of proc_pid_stat(5)") { Object = path };
    }

    private static string PathOf(int pid) => "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/stat";

    private static OciException Hidden(int pid) => new(OciErrorCode.PermissionDenied, $"look at the process {PathOf(pid)}: it exists, but is hidden")
    {
        Object = PathOf(pid),
        Hint = "/proc is mounted with hidepid: mount it without that option, or with gid= of a group that you are in",
    };

    /// <summary>Its pid in its innermost pid namespace (proc_pid_status(5), NSpid). Never 0: that is an error.</summary>
    public static int InnermostPid(int pid)
    {
        string path = "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/status";
        string status = TextFile.TryReadOnce(path) ?? throw KernelError.Last("read", path, "open");
        ReadOnlySpan<char> pids = ProcessFields.Find(status, "NSpid");
        return pids.Length > 0
            ? int.Parse(pids[(pids.LastIndexOf('\t') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture)
            : throw new OciException(OciErrorCode.Unknown, $"read {path}: it has no pid") { Object = path };
    }

    /// <summary>Parses the line; comm may contain spaces and parentheses, so fields count from the last parenthesis.</summary>
    public static ProcessStat? Parse(ReadOnlySpan<byte> line)
    {
        int open = line.IndexOf((byte)'(');
        int close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 3 >= line.Length)
            return null;
        bool helper = line[(open + 1)..close].StartsWith("oci-init"u8);
        ReadOnlySpan<byte> rest = line[(close + 2)..];
        char state = (char)rest[0];
        int parent = 0;
        for (int field = 3; field < 22; field++)
        {
            int space = rest.IndexOf((byte)' ');
            if (space < 0)
                return null;
            rest = rest[(space + 1)..];
            if (field == 3 && !Utf8Parser.TryParse(rest, out parent, out int _))
                return null;
        }
        return Utf8Parser.TryParse(rest, out ulong start, out int _) ? new ProcessStat(state, parent, start, helper) : null;
    }
}
