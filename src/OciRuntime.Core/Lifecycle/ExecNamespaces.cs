using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>The namespaces of init that an exec joins: those that the container does not share with the runtime.</summary>
internal static class ExecNamespaces
{
    public static CloneBits Of(OciSpec spec, ContainerState state)
    {
        int pid = state.Pid;
        // Without a mount namespace in the configuration, init is in that of the runtime that created the container.
        CloneBits mask = Others(CloneBits.CLONE_NEWNS, pid);
        if (state.Restored)
            mask |= Others(CloneBits.CLONE_NEWTIME, pid);
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            mask |= NamespaceKind.Of(ns.Type)?.Flag switch
            {
                null or CloneBits.CLONE_NEWNS => CloneBits.None,
                // setns(2) refuses to join the user namespace that the caller is already in.
                CloneBits.CLONE_NEWUSER => Others(CloneBits.CLONE_NEWUSER, pid),
                { } kind => kind,
            };
        }
        return mask;
    }

    /// <summary>
    /// Init's root directory if it may be a chroot(2) in a mount namespace of others, which is joined at its own root. Null if the container made
    /// its mount namespace, or has a user namespace, with which that is refused.
    /// </summary>
    public static string? RootOf(OciSpec spec, int pid)
    {
        List<OciNamespace> namespaces = spec.Linux?.Namespaces ?? [];
        bool made = namespaces.Exists(static ns => ns.Type == "user" || (ns.Type == "mount" && string.IsNullOrEmpty(ns.Path)));
        return made ? null : $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root";
    }

    // The kind, or none if init's namespace is the runtime's own.
    private static CloneBits Others(CloneBits kind, int pid)
    {
        string file = NamespaceKind.Of(kind).File;
        return OwnNamespaces.IsSame($"/proc/self/ns/{file}", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/ns/{file}") ? CloneBits.None : kind;
    }
}
