using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Finds the frozen cgroup that keeps a process from running: its own or one above, in the v1 freezer's hierarchy or in the unified one. Anyone who may
/// write there can freeze it at any time.
/// </summary>
internal static class FrozenCgroup
{
    private const string Freezer = "freezer";

    /// <summary>The one that holds a process; null when none does, or the process has ended.</summary>
    internal static string? Holding(CgroupLayout layout, int pid)
    {
        if (TextFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")) is not { } text)
            return null;
        Dictionary<string, string> own = OwnCgroups.Parse(text, layout);
        string? v1 = V1MountPoint(layout);
        return (v1 is null ? null : InV1(v1, v1 + own.GetValueOrDefault(Freezer))) ?? (layout.UnifiedMountPoint is { } unified ? InUnified(unified, unified + own.GetValueOrDefault(string.Empty)) : null);
    }

    /// <summary>The one that would hold a process in a cgroup of these directories, by controller.</summary>
    internal static string? Of(CgroupLayout layout, IReadOnlyDictionary<string, string> directories)
    {
        string? frozen = directories.TryGetValue(Freezer, out string? freezer) && V1MountPoint(layout) is { } v1 ? InV1(v1, freezer) : null;
        return frozen ?? (directories.TryGetValue(string.Empty, out string? directory) && layout.UnifiedMountPoint is { } unified ? InUnified(unified, directory) : null);
    }

    /// <summary>The one above these directories, which stays frozen when they are thawed.</summary>
    internal static string? Above(CgroupLayout layout, IReadOnlyDictionary<string, string> directories) =>
        Of(layout, directories.Where(static pair => pair.Key is Freezer or "").ToDictionary(static pair => pair.Key, static pair => pair.Value[..pair.Value.LastIndexOf('/')]));

    /// <summary>A process that was to start can't.</summary>
    /// <param name="cgroup">The frozen one.</param>
    /// <param name="cancelled">Why it was given up, when it was not for the time it took.</param>
    internal static OciException Error(string cgroup, OciException? cancelled = null) => new(cancelled?.Code ?? OciErrorCode.ContainerPaused, $"the container's new process can't run: the cgroup {cgroup} is frozen", cancelled)
    {
        Step = "cgroup",
        Object = cgroup,
        Hint = "thaw it: resume the container, or write to its cgroup.freeze (0) or freezer.state (THAWED)",
    };

    private static string? InV1(string mountPoint, string directory) => V1Freezer.IsFrozen(directory) ? Nearest(mountPoint, directory, "/freezer.self_freezing") : null;

    private static string? InUnified(string mountPoint, string directory) => V2Freezer.IsFrozen(directory) ? Nearest(mountPoint, directory, "/cgroup.freeze") : null;

    // Itself where it is frozen by one that this mount does not show.
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
