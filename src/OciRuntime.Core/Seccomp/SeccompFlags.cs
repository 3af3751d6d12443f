using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>linux.seccomp.flags.</summary>
internal static class SeccompFlags
{
    private static readonly (string Name, uint Flag)[] s_flags =
    [
        ("SECCOMP_FILTER_FLAG_TSYNC", SeccompProgram.FlagTsync),
        ("SECCOMP_FILTER_FLAG_LOG", SeccompProgram.FlagLog),
        ("SECCOMP_FILTER_FLAG_SPEC_ALLOW", SeccompProgram.FlagSpecAllow),
        ("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SeccompProgram.FlagWaitKillableRecv),
    ];

    /// <summary>Names that can be asked for.</summary>
    internal static string[] AllNames => [.. s_flags.Select(static flag => flag.Name)];

    /// <summary>The flags that the running kernel knows.</summary>
    internal static string[] Supported =>
        [.. s_flags.Where(flag => KernelFacts.HasSeccompFlag(flag.Flag | (flag.Flag == SeccompProgram.FlagWaitKillableRecv ? SeccompProgram.FlagNewListener : 0))).Select(static flag => flag.Name)];

    /// <summary>
    /// SECCOMP_FILTER_FLAG_* of the spec's names. TSYNC is accepted and has no effect: a single-threaded process loads the filter.
    /// WAIT_KILLABLE_RECV is used only together with a listener, as the kernel requires.
    /// </summary>
    internal static uint Parse(OciSeccomp seccomp, bool listener)
    {
        uint flags = listener ? SeccompProgram.FlagNewListener : 0;
        for (int i = 0; i < (seccomp.Flags?.Count ?? 0); i++)
        {
            string name = seccomp.Flags![i];
            uint flag = Array.Find(s_flags, item => item.Name == name).Flag;
            if (flag == 0)
            {
                throw new OciException(OciErrorCode.InvalidSpec, $"seccomp: unknown flag \"{name}\"")
                {
                    Step = "seccomp",
                    Object = name,
                    SpecPointer = $"/linux/seccomp/flags/{i}",
                    Hint = NearestName.Hint(name, AllNames) ?? "one of " + string.Join(", ", AllNames),
                };
            }
            if (flag != SeccompProgram.FlagTsync && (listener || flag != SeccompProgram.FlagWaitKillableRecv))
                flags |= flag;
        }

        return flags;
    }
}
