using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Which of init's namespaces an exec joins: those that the container does not share with the runtime.</summary>
internal static class ExecNamespaces
{
    public static CloneBits Of(OciSpec spec, ContainerState state)
    {
        int pid = state.Pid;
        // Without a mount namespace in the configuration it is that of the runtime that has made the container.
        CloneBits mask = Others(CloneBits.CLONE_NEWNS, pid);
        if (state.Restored)
            mask |= Others(CloneBits.CLONE_NEWTIME, pid);
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            mask |= NamespaceKind.Of(ns.Type)?.Flag switch
            {
                null or CloneBits.CLONE_NEWNS => CloneBits.None,
                // setns(2) refuses the user namespace that one is in already.
                CloneBits.CLONE_NEWUSER => Others(CloneBits.CLONE_NEWUSER, pid),
                { } kind => kind,
            };
        }
        return mask;
    }

    /// <summary>
    /// Init's root, when it may be a chroot(2) in a mount namespace of others, which is joined at its own root; null when the container has made
    /// its mount namespace, or has a user namespace, for which that is refused.
    /// </summary>
    public static string? RootOf(OciSpec spec, int pid)
    {
        List<OciNamespace> namespaces = spec.Linux?.Namespaces ?? [];
        bool made = namespaces.Exists(static ns => ns.Type == "user" || (ns.Type == "mount" && string.IsNullOrEmpty(ns.Path)));
        return made ? null : $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root";
    }

    // The kind, or none when it is the runtime's own.
    private static CloneBits Others(CloneBits kind, int pid)
    {
        string file = NamespaceKind.Of(kind).File;
        return OwnNamespaces.IsSame($"/proc/self/ns/{file}", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/ns/{file}") ? CloneBits.None : kind;
    }
}
