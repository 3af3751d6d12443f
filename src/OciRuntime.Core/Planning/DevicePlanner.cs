using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Device nodes and links that every container has (runtime-spec, config-linux "Default Devices"), and linux.devices.</summary>
internal static class DevicePlanner
{
    private const uint DefaultMode = 0x1b6; // 0666

    private static readonly (string Path, uint Major, uint Minor)[] Defaults =
    [
        ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7), ("/dev/random", 1, 8), ("/dev/urandom", 1, 9), ("/dev/tty", 5, 0),
    ];

    private static readonly (string Path, string Text)[] Links =
    [
        ("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"), ("/dev/stdout", "/proc/self/fd/1"), ("/dev/stderr", "/proc/self/fd/2"),
    ];

    public static void Add(PlanBuilder plan, MountPlanner mounts)
    {
        // A /dev that is bind mounted brings its own nodes, and nothing may be added to it.
        if (mounts.DevIsBound)
            return;
        List<OciDevice> devices = plan.Linux.Devices ?? [];
        foreach ((string path, uint major, uint minor) in Defaults)
        {
            if (!devices.Exists(device => ContainerPath.Clean(device.Path) == path))
                AddNode(plan, path, Libc.S_IFCHR | DefaultMode, major, minor, 0, 0, null);
        }
        var paths = new HashSet<string>(devices.Count, StringComparer.Ordinal);
        for (int i = 0; i < devices.Count; i++)
        {
            // Engines list a device once for each requester. The first entry counts, as in runc and crun.
            if (paths.Add(ContainerPath.Clean(devices[i].Path)))
                Add(plan, devices[i], $"/linux/devices/{i}");
            else
                plan.Warn($"/linux/devices/{i}: ignored: an earlier device has the path {devices[i].Path}");
        }
        if (!mounts.DevIsNew)
            plan.Add(new UnlinkStep { Path = "/dev/ptmx", RealDirectory = true });
        plan.Add(new SymlinkStep { Path = "/dev/ptmx", Text = "pts/ptmx", RealDirectory = true });
        foreach ((string path, string text) in Links)
            plan.Add(new SymlinkStep { Path = path, Text = text, RealDirectory = true });
        // Kernels without it are common (CONFIG_PROC_KCORE), and the link would dangle.
        if (plan.Input.HasKcore)
            plan.Add(new SymlinkStep { Path = "/dev/core", Text = "/proc/kcore", RealDirectory = true });
    }

    private static void Add(PlanBuilder plan, OciDevice device, string pointer)
    {
        string path = ContainerPath.Clean(device.Path);
        // /dev/ptmx always leads to the container's own devpts, whatever numbers the configuration has.
        if (path == "/dev/ptmx")
            return;
        uint type = device.Type switch
        {
            "c" or "u" => Libc.S_IFCHR,
            "b" => Libc.S_IFBLK,
            _ => Libc.S_IFIFO,
        };
        AddNode(
            plan, path, type | ((device.FileMode ?? DefaultMode) & 0xfff), (uint)(device.Major ?? 0), (uint)(device.Minor ?? 0), device.Uid ?? 0, device.Gid ?? 0, pointer);
    }

    private static void AddNode(PlanBuilder plan, string path, uint mode, uint major, uint minor, uint uid, uint gid, string? pointer)
    {
        // If the image's /dev were a link to a volume, the nodes would be made in a directory of the host (CVE-2026-41579).
        bool inDev = ContainerPath.IsBelow(path, "/dev");
        // mknod(2) of a device is never allowed in a user namespace.
        if (plan.Has(CloneBits.CLONE_NEWUSER) && (mode & Libc.S_IFIFO) != Libc.S_IFIFO)
        {
            plan.Add(new BindStep { Source = path, Target = path, RealTarget = inDev, SpecPointer = pointer });
            return;
        }
        plan.Add(new MakeNodeStep
        {
            Path = path,
            Mode = mode,
            Major = major,
            Minor = minor,
            Uid = uid,
            Gid = gid,
            BindFallback = (mode & Libc.S_IFIFO) != Libc.S_IFIFO && !plan.SharesMounts,
            RealDirectory = inDev,
            SpecPointer = pointer,
        });
    }
}
