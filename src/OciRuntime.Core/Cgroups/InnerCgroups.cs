using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Cgroups below a container's own that hold its processes, as crun's annotations ask for (crun(1), "EXTENSIONS TO OCI"). Limits, statistics, the freezer and
/// removal use the container's own cgroup, which covers all below it.
/// </summary>
/// <param name="Subgroup">Below the systemd scope: the root of the container's cgroup namespace. Empty, or with a leading slash.</param>
/// <param name="Delegated">Below that: the cgroup that the container manages. Empty, or with a leading slash.</param>
internal sealed record InnerCgroups(string Subgroup, string Delegated)
{
    /// <summary>Names the subgroup; there is none if this is missing or empty.</summary>
    public const string SubgroupAnnotation = "run.oci.systemd.subgroup";

    /// <summary>Names the delegated cgroup.</summary>
    public const string DelegateAnnotation = "run.oci.delegate-cgroup";

    public static InnerCgroups None { get; } = new(string.Empty, string.Empty);

    /// <summary>Whether there is either.</summary>
    public bool Any => Subgroup.Length + Delegated.Length > 0;

    /// <summary>The cgroups that annotations ask for, if this machine and the manager support them.</summary>
    /// <exception cref="OciException">InvalidSpec: a name leads out of the cgroup; NotSupported: delegation without cgroup v2 is not safe.</exception>
    public static InnerCgroups Of(IReadOnlyDictionary<string, string>? annotations, CgroupManagerKind manager, CgroupLayout layout)
    {
        string subgroup = Path(annotations, SubgroupAnnotation), delegated = Path(annotations, DelegateAnnotation);
        bool unified = layout.Mode == CgroupMode.Unified;
        if (delegated.Length > 0 && !unified && manager != CgroupManagerKind.Disabled)
            throw Error(OciErrorCode.NotSupported, DelegateAnnotation, "only cgroup v2 can be delegated");
        if (!unified || manager == CgroupManagerKind.Disabled)
            return None;
        return new(manager == CgroupManagerKind.Systemd ? subgroup : string.Empty, delegated);
    }

    private static string Path(IReadOnlyDictionary<string, string>? annotations, string name)
    {
        string[] parts = [.. (annotations?.GetValueOrDefault(name) ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".")];
        if (Array.Exists(parts, static part => part == ".." || part.Contains('\0', StringComparison.Ordinal)))
            throw Error(OciErrorCode.InvalidSpec, name, "it is not below the container's cgroup");
        return string.Concat(parts.Select(static part => "/" + part));
    }

    private static OciException Error(OciErrorCode code, string annotation, string why)
    {
        string pointer = SpecPointer.Property("/annotations", annotation);
        return new(code, $"{pointer}: {why}") { Step = "cgroup", SpecPointer = pointer };
    }
}
