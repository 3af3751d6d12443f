using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// The mounts of a container that come from the host. A dump gives each a name instead of its content, a restore says what to mount for the name. The names are runc's, so
/// that one restores what the other has dumped.
/// </summary>
internal static class ExternalMounts
{
    // What files are masked with.
    private const string Null = "/dev/null";

    /// <summary>Mount points and names.</summary>
    /// <param name="plan">How the container was made.</param>
    /// <param name="rootfs">On the host.</param>
    /// <param name="pid">Of its init.</param>
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

    /// <summary>Names and what is mounted for them.</summary>
    /// <param name="plan">How the container would be made.</param>
    /// <param name="rootfs">On the host.</param>
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

    /// <summary>Makes the places that the restored mounts are mounted on, where the root filesystem, or a directory of the host that is mounted in it, lacks them.</summary>
    public static void MakeMountPoints(LaunchPlan plan, string rootfs)
    {
        var before = new List<TargetStep>();
        foreach (TargetStep step in plan.Steps.OfType<TargetStep>().Where(static step => step is MountStep or BindStep))
        {
            TargetStep? below = before.Where(one => ContainerPath.IsBelow(step.Target, one.Target)).MaxBy(static one => one.Target.Length);
            before.Add(step);
            // The content of a filesystem of the container's own comes with it.
            if (step.Target == "/" || below is MountStep)
                continue;
            using var root = new RootPath(below is BindStep bind ? bind.Source : rootfs);
            root.MakeMountPoint(below is null ? step.Target : step.Target[below.Target.Length..], step is not BindStep { Source: var source } || Inode.IsDirectory(source));
        }
    }

    // Where mknod(2) is not allowed a device is bound, too.
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
