using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>
/// CVE-2019-5736, CVE-2016-9962: the runtime's process waits in a container for its start. A neighbour in the same pid namespace, as in a pod, looks
/// for what it can reach through it: its program, to write to; its root and its descriptors, to go through.
/// </summary>
internal static class RuntimeHelper
{
    private const string Script = """
        [ -e /proc/1/stat ] && [ $$ != 1 ] || none "the other container's process can't be seen"
        ( : >> /proc/1/exe ) 2> /dev/null && lost "its program is open for writing"
        for link in /proc/1/exe /proc/1/root /proc/1/cwd /proc/1/fd/*; do
            target=$(readlink "$link") && lost "$link leads to $target"
        done
        held "it can't be seen where its program, root and descriptors lead"
        """;

    public static AttackOutcome Try(AttackSite site)
    {
        OciContainer waiting = site.Create(site.Spec("exit"));
        OciSpec neighbour = site.Spec(Script);
        foreach (OciNamespace one in neighbour.Linux!.Namespaces ?? [])
        {
            if (one.Type is "pid" or "user")
                one.Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{waiting.Pid}/ns/{NamespaceKind.FileOf(one.Type)}");
        }
        if (neighbour.Linux.Namespaces?.Exists(static one => one.Type == "user") == true)
            neighbour.Linux.UidMappings = neighbour.Linux.GidMappings = null;
        return AttackOutcome.Of(site.Run(neighbour));
    }
}
