using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Which of init's namespaces an exec joins: those that the container does not share with the runtime.</summary>
internal static unsafe class ExecNamespaces
{
    private const ulong CLONE_NEWTIME = 0x80;
    private const ulong CLONE_NEWNS = 0x00020000;
    private const ulong CLONE_NEWCGROUP = 0x02000000;
    private const ulong CLONE_NEWUTS = 0x04000000;
    private const ulong CLONE_NEWIPC = 0x08000000;
    private const ulong CLONE_NEWUSER = 0x10000000;
    private const ulong CLONE_NEWPID = 0x20000000;
    private const ulong CLONE_NEWNET = 0x40000000;

    public static ulong Of(OciSpec spec, ContainerState state)
    {
        int pid = state.Pid;
        // Without a mount namespace in the configuration it is that of the runtime that has made the container.
        ulong mask = IsOwn("mnt", pid) ? 0 : CLONE_NEWNS;
        if (state.Restored && !IsOwn("time", pid))
            mask |= CLONE_NEWTIME;
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            mask |= ns.Type switch
            {
                "time" => CLONE_NEWTIME,
                "cgroup" => CLONE_NEWCGROUP,
                "uts" => CLONE_NEWUTS,
                "ipc" => CLONE_NEWIPC,
                "pid" => CLONE_NEWPID,
                "network" => CLONE_NEWNET,
                // setns(2) refuses the user namespace that one is in already.
                "user" => IsOwn("user", pid) ? 0 : CLONE_NEWUSER,
                _ => 0,
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

    private static bool IsOwn(string kind, int pid) => IsSame($"/proc/self/ns/{kind}", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/ns/{kind}");

    private static bool IsSame(string own, string its)
    {
        Libc.statx_t first, second;
        return Libc.statx(Libc.AT_FDCWD, own, 0, Libc.STATX_INO, &first) == 0 && Libc.statx(Libc.AT_FDCWD, its, 0, Libc.STATX_INO, &second) == 0
            && (first.stx_ino, first.stx_dev_major, first.stx_dev_minor) == (second.stx_ino, second.stx_dev_major, second.stx_dev_minor);
    }
}
