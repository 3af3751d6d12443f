using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>CVE-2024-21626: a host directory that the caller has open, inherited by the container's program.</summary>
internal static class Descriptors
{
    private const string Script = """
        for link in /proc/$$/fd/*; do
            [ "${link##*/}" -gt 2 ] && [ -L "$link" ] && lost "descriptor ${link##*/} is $(readlink "$link")"
        done
        held "none but 0, 1 and 2 are open"
        """;

    public static AttackOutcome Try(AttackSite site)
    {
        using var leaked = new SafeFd(Libc.open("/", Libc.O_RDONLY | Libc.O_DIRECTORY, 0));
        AttackOutcome first = AttackOutcome.Of(site.Run(site.Spec(Script)));
        if (first.Held != true)
            return first;
        OciSpec spec = site.Spec(Script);
        OciContainer container = site.Create(spec);
        return AttackOutcome.Of(site.Exec(container, spec.Process!));
    }
}
