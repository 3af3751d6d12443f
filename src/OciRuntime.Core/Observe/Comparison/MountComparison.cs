using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>Compares mounts, maskedPaths and readonlyPaths with what is mounted in the container.</summary>
internal static class MountComparison
{
    public static void Compare(LaunchPlan plan, OciSpec spec, string rootfs, string process, Differences found)
    {
        // In a shared mount namespace nothing was mounted.
        if (plan.Steps.Any(static step => step is PivotRootStep { ChrootOnly: true }))
            return;
        using MountTable table = MountTable.Read(process);
        var expected = ExpectedMounts.Of(plan);
        var known = new List<string>(expected.Others);
        var trees = new List<string>(expected.HiddenTrees);
        var seen = new HashSet<ulong>();
        // From the end: when links lead two mounts to one place, the later one counts.
        for (int i = expected.Visible.Count - 1; i >= 0; i--)
        {
            ExpectedMount mount = expected.Visible[i];
            MountEntry? entry = table.At(mount.Target, out bool exists);
            if (entry is null)
            {
                if (exists || !mount.IgnoreMissing)
                    found.Add("mount " + mount.Target, InWords(mount), exists ? "not mounted" : "not there", mount.SpecPointer);
                continue;
            }
            known.Add(entry.Point);
            if (mount.Recursive)
                trees.Add(entry.Point);
            if (seen.Add(entry.Id))
                Compare(mount, entry, found);
        }
        if (KnowsAll(plan, spec))
            FindMore(table, known, trees, rootfs, found);
    }

    private static void Compare(ExpectedMount mount, MountEntry entry, Differences found)
    {
        MountAttributes actual = AttributesOf(entry.Options);
        bool sameType = mount.Type is null || entry.Type == mount.Type || entry.Type.StartsWith(mount.Type + ".", StringComparison.Ordinal);
        if (!sameType || (mount.Set & ~actual) != 0 || (mount.Clear & actual) != 0)
            found.Add("mount " + mount.Target, InWords(mount), $"{entry.Type} {entry.Options}", mount.SpecPointer);
    }

    // Hooks mount what they want, propagation brings the host's mounts, and a shared namespace has its own.
    private static bool KnowsAll(LaunchPlan plan, OciSpec spec) =>
        spec.Hooks is not ({ Prestart.Count: > 0 } or { CreateRuntime.Count: > 0 } or { CreateContainer.Count: > 0 } or { StartContainer.Count: > 0 })
        && string.IsNullOrEmpty(spec.Linux?.RootfsPropagation)
        && spec.Mounts?.Exists(static mount => mount.Options?.Exists(static option => option.Contains("shared", StringComparison.Ordinal) || option.Contains("slave", StringComparison.Ordinal)) == true) != true
        && !plan.Steps.Any(static step => step is JoinNamespaceStep { Namespaces: CloneBits.CLONE_NEWNS });

    private static void FindMore(MountTable table, List<string> known, List<string> trees, string rootfs, Differences found)
    {
        // Mounts below the root filesystem on the host came along.
        foreach (MountEntry entry in MountTable.Parse(TextFile.TryRead("/proc/self/mountinfo") ?? string.Empty))
        {
            if (ContainerPath.IsBelow(entry.Point, rootfs))
                known.Add(entry.Point[rootfs.Length..]);
        }
        foreach (IGrouping<string, MountEntry> place in table.Entries.Where(static entry => entry.Point != "/").GroupBy(static entry => entry.Point))
        {
            if (place.Count() > known.Count(point => point == place.Key) && !trees.Exists(tree => ContainerPath.IsBelow(place.Key, tree)))
                found.Add("mount " + place.Key, "no other mount", $"{place.Last().Type} {place.Last().Source}", null);
        }
    }

    private static MountAttributes AttributesOf(string options)
    {
        MountAttributes attributes = MountAttributes.None;
        foreach (string option in options.Split(','))
            attributes |= Array.Find(MountAttributeNames.All, known => known.On == option).Flag;
        return attributes;
    }

    private static string InWords(ExpectedMount mount)
    {
        string attributes = FlagText.Attributes(mount.Set, mount.Clear, recursive: false);
        string text = FlagText.Words(mount.Type ?? string.Empty, attributes);
        return text.Length > 0 ? text : "mounted";
    }
}
