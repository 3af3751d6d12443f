using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Network;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// linux.netDevices: devices of the host that a container has until it is deleted (runtime-spec config-linux.md, "Network Devices").
/// With the last process of its network namespace the kernel would destroy the virtual ones; a mount of the namespace in the
/// container's state directory keeps it until they are back.
/// </summary>
internal static class LentDevices
{
    private const string NamespaceName = "netns";

    /// <summary>Moves the devices into the namespace of the container's process. What was moved before an error is given back by <see cref="Return"/>.</summary>
    public static void Lend(StateDirectory directory, int pid, IReadOnlyDictionary<string, OciNetDevice>? devices)
    {
        if (devices is not { Count: > 0 })
            return;
        string kept = directory.Path + "/" + NamespaceName;
        string source = "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/ns/net";
        directory.OpenFile(NamespaceName, Libc.O_RDONLY | Libc.O_CREAT).Dispose();
        if (Libc.mount(source, InDirectory(directory), null, Libc.MS_BIND, 0) != 0)
            throw KernelError.Last("keep the network namespace", kept, "mount");
        using SafeFd space = directory.OpenFile(NamespaceName, Libc.O_RDONLY);
        foreach ((string name, OciNetDevice device) in devices)
            NetworkDevice.Move(from: null, to: space, name, NameInside(name, device), SpecPointer.Property("/linux/netDevices", name));
    }

    /// <summary>Moves them back under their old names and lets the namespace go.</summary>
    /// <param name="directory">The container's.</param>
    /// <param name="devices">linux.netDevices; without them the kernel gives back what is no virtual device, under the name that it has.</param>
    /// <param name="all">The container has got them all: one that is missing, since it was destroyed, is a warning.</param>
    /// <param name="warn">Takes the warnings.</param>
    public static void Return(StateDirectory directory, IReadOnlyDictionary<string, OciNetDevice>? devices, bool all, Action<string> warn)
    {
        if (!directory.Exists(NamespaceName))
            return;
        using (SafeFd space = directory.OpenFile(NamespaceName, Libc.O_RDONLY))
        {
            foreach ((string name, OciNetDevice device) in devices ?? new Dictionary<string, OciNetDevice>())
            {
                try
                {
                    NetworkDevice.Move(from: space, to: null, NameInside(name, device), name, SpecPointer.Property("/linux/netDevices", name));
                }
                catch (OciException e)
                {
                    if (all || e.Errno != Errno.ENODEV)
                        warn(e.Message);
                }
            }
        }
        // EINVAL: whoever made the file was killed before the mount.
        if (Libc.umount2(InDirectory(directory), Libc.MNT_DETACH | Libc.UMOUNT_NOFOLLOW) != 0 && Errno.Last != Errno.EINVAL)
            throw KernelError.Last("let go of the network namespace", directory.Path + "/" + NamespaceName, "umount2");
        directory.Unlink(NamespaceName);
    }

    private static string InDirectory(StateDirectory directory) =>
        "/proc/self/fd/" + directory.Fd.ToString(CultureInfo.InvariantCulture) + "/" + NamespaceName;

    private static string NameInside(string name, OciNetDevice device) => string.IsNullOrEmpty(device.Name) ? name : device.Name;
}
