using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>SECCOMP_RET_* values (seccomp(2)) of the spec's SCMP_ACT_* names.</summary>
internal static class SeccompAction
{
    internal const uint KillThread = 0x00000000;
    internal const uint KillProcess = 0x80000000;
    internal const uint Trap = 0x00030000;
    internal const uint Errno = 0x00050000;
    internal const uint Notify = 0x7fc00000;
    internal const uint Trace = 0x7ff00000;
    internal const uint Log = 0x7ffc0000;
    internal const uint Allow = 0x7fff0000;

    internal const uint DefaultErrno = Interop.Errno.EPERM; // as in every runtime
    private const uint MaxErrno = 4095; // MAX_ERRNO: the kernel caps larger values

    /// <summary>All names, in the order of the spec.</summary>
    internal static ReadOnlySpan<string> AllNames => new[]
    {
        "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE",
        "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
    };

    /// <summary>The value the filter returns.</summary>
    /// <param name="name">SCMP_ACT_* name.</param>
    /// <param name="errnoRet">errno of ERRNO, message of TRACE; an error with other actions (config-linux.md, Seccomp).</param>
    /// <param name="pointer">Its JSON pointer, for errors.</param>
    internal static uint Parse(string name, uint? errnoRet, string pointer)
    {
        uint value = name switch
        {
            "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => KillThread,
            "SCMP_ACT_KILL_PROCESS" => KillProcess,
            "SCMP_ACT_TRAP" => Trap,
            "SCMP_ACT_ERRNO" => Errno,
            "SCMP_ACT_TRACE" => Trace,
            "SCMP_ACT_ALLOW" => Allow,
            "SCMP_ACT_LOG" => Log,
            "SCMP_ACT_NOTIFY" => Notify,
            _ => throw new OciException(OciErrorCode.InvalidSpec, $"seccomp: unknown action \"{name}\" at {pointer}")
            {
                Step = "seccomp",
                Object = name,
                SpecPointer = pointer,
                Hint = NearestName.Hint(name, AllNames.ToArray()) ?? "one of " + string.Join(", ", AllNames.ToArray()),
            },
        };
        if (value is not (Errno or Trace))
            return value;
        uint data = errnoRet ?? DefaultErrno;
        uint limit = value == Errno ? MaxErrno : 0xffff;
        if (data > limit)
        {
            throw new OciException(OciErrorCode.InvalidSpec, string.Create(CultureInfo.InvariantCulture, $"seccomp: errnoRet {data} at {pointer} is above {limit}"))
            {
                Step = "seccomp",
                Object = name,
                SpecPointer = pointer,
            };
        }

        return value | data;
    }
}
