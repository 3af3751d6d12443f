using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The kernel's log (/dev/kmsg) from now on: where audit records go when there is no auditd.</summary>
internal sealed partial class KernelLog : IDisposable
{
    private readonly SafeFd _file = new(Libc.open("/dev/kmsg", Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0));
    private readonly List<(int Pid, string Verdict)> _records = [];

    public KernelLog() => _ = Libc.lseek(_file.Number, 0, 2 /* SEEK_END */);

    /// <summary>Why nothing of seccomp would be seen here, or null.</summary>
    public static string? Missing() =>
        !File.Exists("/proc/self/loginuid") ? "this kernel has no audit"
        : !File.Exists("/dev/kmsg") ? "this machine has no /dev/kmsg"
        : File.Exists("/run/auditd.pid") || File.Exists("/var/run/auditd.pid") ? "an auditd takes the records"
        : null;

    /// <summary>Records of seccomp about a process (AUDIT_SECCOMP): system call and what was done. The log is in order: what is there of others came before.</summary>
    public IEnumerable<string> Of(int pid)
    {
        Read();
        return _records.Where(record => record.Pid == pid).Select(record => record.Verdict);
    }

    public void Dispose() => _file.Dispose();

    private unsafe void Read()
    {
        byte* buffer = stackalloc byte[8192];
        while (true)
        {
            nint length = Libc.read(_file.Number, buffer, 8192);
            if (length < 0 && Errno.Last is Errno.EPIPE or Errno.EINTR)
                continue; // records were overwritten before they were read
            if (length <= 0)
                return;
            if (SeccompRecord().Match(Encoding.UTF8.GetString(buffer, (int)length)) is { Success: true } match)
                _records.Add((int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), $"{match.Groups[2].Value} {match.Groups[3].Value}"));
        }
    }

    [GeneratedRegex(@"type=1326 .* pid=(\d+) .* syscall=(\d+) .* code=(0x[0-9a-f]+)")]
    private static partial Regex SeccompRecord();
}
