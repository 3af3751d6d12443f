using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// A cgroup below a container's own that the container manages (cgroup-v2 of the kernel's documentation, Delegation), as an annotation of crun asks for (crun(1),
/// "EXTENSIONS TO OCI"). Limits, statistics, the freezer and the removal stay with the container's own, which holds for all below it.
/// </summary>
internal static class DelegatedCgroup
{
    /// <summary>Names it, below the container's.</summary>
    public const string Annotation = "run.oci.delegate-cgroup";

    /// <summary>Where it is below the container's own: with a leading slash, or empty for none.</summary>
    /// <exception cref="OciException">InvalidSpec: the name leads out; NotSupported: to delegate without cgroup v2 is not safe.</exception>
    public static string Below(IReadOnlyDictionary<string, string>? annotations, CgroupManagerKind manager, CgroupLayout layout)
    {
        string[] parts = [.. (annotations?.GetValueOrDefault(Annotation) ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".")];
        if (parts.Length == 0 || manager == CgroupManagerKind.Disabled)
            return string.Empty;
        if (Array.Exists(parts, static part => part == ".." || part.Contains('\0', StringComparison.Ordinal)))
            throw Error(OciErrorCode.InvalidSpec, "it is not below the container's cgroup");
        if (layout.Mode != CgroupMode.Unified)
            throw Error(OciErrorCode.NotSupported, "only cgroup v2 can be delegated");
        return string.Concat(parts.Select(static part => "/" + part));
    }

    /// <summary>Makes it, puts the container's process there, and hands every controller down to it.</summary>
    /// <param name="mountPoint">Of the unified hierarchy.</param>
    /// <param name="directory">The cgroup.</param>
    /// <param name="pid">Of a process that is alone in the cgroup above.</param>
    /// <param name="owner">Uid that may manage what is below it, or null.</param>
    public static void Enter(string mountPoint, string directory, int pid, uint? owner)
    {
        CgroupDirectory.Make(directory, mountPoint, []);
        // First: the cgroup above can have controllers for those below it only when no process is in it.
        CgroupFiles.Join(directory + "/cgroup.procs", pid);
        V2Hierarchy.EnableControllers(mountPoint, directory);
        if (owner is { } uid)
            CgroupOwner.Set(directory, uid);
    }

    private static OciException Error(OciErrorCode code, string why)
    {
        string pointer = SpecPointer.Property("/annotations", Annotation);
        return new(code, $"{pointer}: {why}") { Step = "cgroup", SpecPointer = pointer };
    }
}
