using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>linux.seccomp.flags.</summary>
internal static class SeccompFlags
{
    /// <summary>Names that can be asked for.</summary>
    internal static ReadOnlySpan<string> AllNames => new[]
    {
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    };

    /// <summary>
    /// SECCOMP_FILTER_FLAG_* of the spec's names. TSYNC is accepted and has nothing to do: the filter is loaded by a process with one thread.
    /// WAIT_KILLABLE_RECV only counts together with a listener, where the kernel wants it.
    /// </summary>
    internal static uint Parse(OciSeccomp seccomp, bool listener)
    {
        uint flags = listener ? SeccompProgram.FlagNewListener : 0;
        for (int i = 0; i < (seccomp.Flags?.Count ?? 0); i++)
        {
            flags |= seccomp.Flags![i] switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 0,
                "SECCOMP_FILTER_FLAG_LOG" => SeccompProgram.FlagLog,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SeccompProgram.FlagSpecAllow,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => listener ? SeccompProgram.FlagWaitKillableRecv : 0,
                string other => throw new OciException(OciErrorCode.InvalidSpec, $"seccomp: unknown flag \"{other}\"")
                {
                    Step = "seccomp",
                    Object = other,
                    SpecPointer = $"/linux/seccomp/flags/{i}",
                    Hint = "one of " + string.Join(", ", AllNames.ToArray()),
                },
            };
        }

        return flags;
    }
}
