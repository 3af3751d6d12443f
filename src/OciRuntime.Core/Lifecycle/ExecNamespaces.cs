using System.Globalization;
using OciRuntime.Core.Errors;
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

    /// <exception cref="OciException">NotSupported: init's root is a chroot in the runtime's own mount namespace, which nothing but init can be in.</exception>
    public static ulong Of(OciSpec spec, int pid)
    {
        if (IsOwn("mnt", pid) && !IsRoot(pid))
        {
            throw new OciException(OciErrorCode.NotSupported, "/linux/namespaces: a process can't be executed in a container that has the mount namespace of its runtime")
            {
                SpecPointer = "/linux/namespaces",
                Hint = "give the container one of its own: { \"type\": \"mount\" }",
            };
        }
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
                "user" => IsOwn("user", pid) ? 0 : CLONE_NEWUSER,
                _ => 0,
            };
        }
        return mask;
    }

    private static bool IsOwn(string kind, int pid) => IsSame($"/proc/self/ns/{kind}", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/ns/{kind}");

    private static bool IsRoot(int pid) => IsSame("/proc/self/root", $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root");

    private static bool IsSame(string own, string its)
    {
        Libc.statx_t first, second;
        return Libc.statx(Libc.AT_FDCWD, own, 0, Libc.STATX_INO, &first) == 0 && Libc.statx(Libc.AT_FDCWD, its, 0, Libc.STATX_INO, &second) == 0
            && (first.stx_ino, first.stx_dev_major, first.stx_dev_minor) == (second.stx_ino, second.stx_dev_major, second.stx_dev_minor);
    }
}
