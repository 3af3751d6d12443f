using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

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

    public static ulong Of(OciSpec spec, int pid)
    {
        ulong mask = 0;
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            mask |= ns.Type switch
            {
                "time" => CLONE_NEWTIME,
                "mount" => CLONE_NEWNS,
                "cgroup" => CLONE_NEWCGROUP,
                "uts" => CLONE_NEWUTS,
                "ipc" => CLONE_NEWIPC,
                "pid" => CLONE_NEWPID,
                "network" => CLONE_NEWNET,
                // setns(2) refuses the user namespace that one is in already.
                "user" => IsOwnUserNamespace(pid) ? 0 : CLONE_NEWUSER,
                _ => 0,
            };
        }
        return mask;
    }

    private static bool IsOwnUserNamespace(int pid)
    {
        Libc.statx_t own, its;
        return Libc.statx(Libc.AT_FDCWD, "/proc/self/ns/user", 0, Libc.STATX_INO, &own) == 0
            && Libc.statx(Libc.AT_FDCWD, "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/ns/user", 0, Libc.STATX_INO, &its) == 0
            && own.stx_ino == its.stx_ino;
    }
}
