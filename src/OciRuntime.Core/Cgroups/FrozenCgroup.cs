using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Finds the frozen cgroup that keeps a process from running: its own or an ancestor, in the hierarchy of the v1 freezer or in the unified one. Anyone who may
/// write there can freeze it at any time.
/// </summary>
internal static class FrozenCgroup
{
    private const string Freezer = "freezer";

    /// <summary>The frozen cgroup that holds a process; null if none does or the process has ended.</summary>
    internal static string? Holding(CgroupLayout layout, int pid)
    {
        if (TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")) is not { } text)
            return null;
        Dictionary<string, string> own = OwnCgroups.Parse(text, layout);
        string? v1 = V1MountPoint(layout);
        return (v1 is null ? null : InV1(v1, v1 + own.GetValueOrDefault(Freezer))) ?? (layout.UnifiedMountPoint is { } unified ? InUnified(unified, unified + own.GetValueOrDefault(string.Empty)) : null);
    }

    /// <summary>The frozen cgroup that would hold a process in a cgroup with these directories, by controller.</summary>
    internal static string? Of(CgroupLayout layout, IReadOnlyDictionary<string, string> directories)
    {
        string? frozen = directories.TryGetValue(Freezer, out string? freezer) && V1MountPoint(layout) is { } v1 ? InV1(v1, freezer) : null;
        return frozen ?? (directories.TryGetValue(string.Empty, out string? directory) && layout.UnifiedMountPoint is { } unified ? InUnified(unified, directory) : null);
    }

    /// <summary>The frozen cgroup above these directories, which stays frozen when they are thawed.</summary>
    internal static string? Above(CgroupLayout layout, IReadOnlyDictionary<string, string> directories) =>
        Of(layout, directories.Where(static pair => pair.Key is Freezer or "").ToDictionary(static pair => pair.Key, static pair => pair.Value[..pair.Value.LastIndexOf('/')]));

    /// <summary>The error of a process that can't start because its cgroup is frozen.</summary>
    /// <param name="cgroup">The frozen cgroup.</param>
    /// <param name="cancelled">The cancellation that ended the wait, or null if it timed out.</param>
    internal static OciException Error(string cgroup, OciException? cancelled = null) => new(cancelled?.Code ?? OciErrorCode.ContainerPaused, $"the container's new process can't run: the cgroup {cgroup} is frozen", cancelled)
    {
        Step = "cgroup",
        Object = cgroup,
        Hint = "thaw it: resume the container, or write to its cgroup.freeze (0) or freezer.state (THAWED)",
    };

    private static string? InV1(string mountPoint, string directory) => V1Freezer.IsFrozen(directory) ? Nearest(mountPoint, directory, "/freezer.self_freezing") : null;

    private static string? InUnified(string mountPoint, string directory) => V2Freezer.IsFrozen(directory) ? Nearest(mountPoint, directory, "/cgroup.freeze") : null;

    // The directory itself if it is frozen by a cgroup above the root of this mount.
    private static string Nearest(string mountPoint, string directory, string file)
    {
        for (string one = directory; one.Length > mountPoint.Length; one = one[..one.LastIndexOf('/')])
        {
            if (TextFile.TryReadOnce(one + file) is ['1', ..])
                return one;
        }

        return directory;
    }

    private static string? V1MountPoint(CgroupLayout layout) => layout.Hierarchies.FirstOrDefault(static one => one.Controllers.Contains(Freezer))?.MountPoint;
}
