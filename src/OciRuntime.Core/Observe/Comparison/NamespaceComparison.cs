using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>linux.namespaces: new, joined, or the runtime's.</summary>
internal static class NamespaceComparison
{
    public static void Compare(OciSpec spec, LaunchPlan plan, string process, Differences found)
    {
        // A shared mount namespace is left as it is: the mounts in it are not the container's.
        bool shared = plan.Steps.Any(static step => step is PivotRootStep { ChrootOnly: true });
        foreach (string type in NamespaceKind.Types)
        {
            string file = NamespaceKind.FileOf(type), actual = $"{process}/ns/{file}", own = "/proc/self/ns/" + file;
            if (OwnNamespaces.InodeOf(actual) is not { } inode || OwnNamespaces.InodeOf(own) is null || (shared && type == "mount"))
                continue;
            int index = spec.Linux?.Namespaces?.FindIndex(item => item.Type == type) ?? -1;
            string? path = index < 0 ? null : spec.Linux!.Namespaces![index].Path;
            string? pointer = index < 0 ? "/linux/namespaces" : string.Create(CultureInfo.InvariantCulture, $"/linux/namespaces/{index}");
            string now = OwnNamespaces.IsSame(actual, own) ? "the runtime's" : string.Create(CultureInfo.InvariantCulture, $"{file}:[{inode}]");
            if (index < 0)
                found.Check("namespace " + type, "the runtime's", now, pointer);
            else if (string.IsNullOrEmpty(path))
                found.Check("namespace " + type, "a new one", now == "the runtime's" ? now : "a new one", pointer);
            else if (OwnNamespaces.InodeOf(path) is not null && !OwnNamespaces.IsSame(path, actual)) // the path may be gone by now
                found.Add("namespace " + type, path, now, pointer);
        }
    }
}
