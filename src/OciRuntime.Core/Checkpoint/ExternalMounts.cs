using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// The mounts of a container that come from the host. A dump stores a name for each instead of its content, a restore says what to mount for the name. The names are runc's, so
/// that each can restore the dumps of the other.
/// </summary>
internal static class ExternalMounts
{
    // Files are masked with this.
    private const string Null = "/dev/null";

    /// <summary>Mount points and names.</summary>
    /// <param name="plan">How the container was made.</param>
    /// <param name="rootfs">The root filesystem on the host.</param>
    /// <param name="pid">Pid of its init.</param>
    public static List<(string MountPoint, string Name)> ForDump(LaunchPlan plan, string rootfs, int pid)
    {
        var mounts = new List<(string, string)>();
        using (var root = new RootPath(rootfs))
        {
            foreach ((string target, _) in Binds(plan))
            {
                string path = root.Resolve(target);
                mounts.Add((path, path));
            }
        }
        using var seen = new RootPath($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/root");
        foreach (MaskStep mask in plan.Steps.OfType<MaskStep>())
        {
            if (seen.TypeOf(mask.Path) is { } type && type != Libc.S_IFDIR)
                mounts.Add((mask.Path, Null));
        }
        return mounts;
    }

    /// <summary>Names and what to mount for them.</summary>
    /// <param name="plan">How the container would be made.</param>
    /// <param name="rootfs">The root filesystem on the host.</param>
    public static List<(string Name, string Source)> ForRestore(LaunchPlan plan, string rootfs)
    {
        var mounts = new List<(string, string)>();
        using var root = new RootPath(rootfs);
        foreach ((string target, string source) in Binds(plan))
            mounts.Add((root.Resolve(target), source));
        if (plan.Steps.Any(static step => step is MaskStep))
            mounts.Add((Null, Null));
        return mounts;
    }

    /// <summary>Makes the missing mount points of restored mounts, in the root filesystem or in a host directory that is mounted in it.</summary>
    public static void MakeMountPoints(LaunchPlan plan, string rootfs)
    {
        var before = new List<TargetStep>();
        foreach (TargetStep step in plan.Steps.OfType<TargetStep>().Where(static step => step is MountStep or BindStep))
        {
            TargetStep? below = before.Where(one => ContainerPath.IsBelow(step.Target, one.Target)).MaxBy(static one => one.Target.Length);
            before.Add(step);
            // The dump has the content of the container's own filesystems.
            if (step.Target == "/" || below is MountStep)
                continue;
            using var root = new RootPath(below is BindStep bind ? bind.Source : rootfs);
            root.MakeMountPoint(below is null ? step.Target : step.Target[below.Target.Length..], step is not BindStep { Source: var source } || Inode.IsDirectory(source));
        }
    }

    // Devices are bind-mounted as well where mknod(2) is not allowed.
    private static IEnumerable<(string Target, string Source)> Binds(LaunchPlan plan)
    {
        foreach (LaunchStep step in plan.Steps)
        {
            if (step is BindStep bind)
                yield return (bind.Target, bind.Source);
            else if (step is MakeNodeStep { BindFallback: true } node)
                yield return (node.Path, node.Path);
        }
    }
}
