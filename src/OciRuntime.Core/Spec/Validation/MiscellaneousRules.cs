using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>Version, root, annotations, and the small parts of linux.</summary>
internal static class MiscellaneousRules
{
    private static readonly string[] s_domains = ["LINUX", "LINUX32"];

    public static void Check(OciSpec spec, SpecProblems problems)
    {
        if (SpecVersion.Problem(spec.OciVersion) is { } version)
            problems.Add("/ociVersion", version, refusal: Refusal.UnknownVersion, detail: version);
        if (spec.Root is null)
            problems.Add("/root", "is missing: a container needs a root filesystem");
        else if (string.IsNullOrEmpty(spec.Root.Path))
            problems.Add("/root/path", "must not be empty");
        problems.NoNul("/root/path", spec.Root?.Path);
        foreach (string key in spec.Annotations?.Keys ?? Enumerable.Empty<string>())
            if (key.Length == 0)
                problems.Add("/annotations", "a key must not be empty");
        if (spec.Linux is { } linux)
            Linux(linux, problems);
    }

    private static void Linux(OciLinux linux, SpecProblems problems)
    {
        if (linux.Personality is { } personality)
            problems.OneOf("/linux/personality/domain", "personality domain", personality.Domain, s_domains);
        if (linux.IntelRdt?.ClosID is "." or ".." || (linux.IntelRdt?.ClosID is { Length: > 1 } id && id.Contains('/', StringComparison.Ordinal)))
            problems.Add("/linux/intelRdt/closID", $"\"{linux.IntelRdt.ClosID}\" is not the name of a directory");
        CgroupsPath(linux.CgroupsPath, problems);
        if (linux.MemoryPolicy is { } policy)
            MemoryPolicy(policy, problems);
    }

    // The path must not be the root cgroup or lead above it. "slice:prefix:name" has no slash, and its dots are part of names.
    private static void CgroupsPath(string? path, SpecProblems problems)
    {
        const string Pointer = "/linux/cgroupsPath";
        problems.NoNul(Pointer, path);
        if (string.IsNullOrEmpty(path))
            return;
        string[] parts = path.Split('/');
        if (Array.IndexOf(parts, "..") >= 0)
            problems.Add(Pointer, $"\"{path}\" has the component \"..\"");
        else if (Array.TrueForAll(parts, static part => part is "" or "."))
            problems.Add(Pointer, $"\"{path}\" is the root cgroup");
    }

    private static void MemoryPolicy(OciMemoryPolicy policy, SpecProblems problems)
    {
        problems.OneOf("/linux/memoryPolicy/mode", "memory policy mode", policy.Mode, MemoryPolicyNames.Modes);
        for (int i = 0; i < policy.Flags?.Count; i++)
            problems.OneOf(SpecPointer.Item("/linux/memoryPolicy/flags", i), "memory policy flag", policy.Flags[i], MemoryPolicyNames.Flags);
        CpuList.CheckNumbers("/linux/memoryPolicy/nodes", policy.Nodes, CpuList.MaxNode, problems);
        bool nodes = !string.IsNullOrEmpty(policy.Nodes);
        if (nodes && policy.Mode is "MPOL_DEFAULT" or "MPOL_LOCAL")
            problems.Add("/linux/memoryPolicy/nodes", $"must be empty with {policy.Mode}");
        if (!nodes && policy.Mode is "MPOL_BIND" or "MPOL_INTERLEAVE" or "MPOL_WEIGHTED_INTERLEAVE" or "MPOL_PREFERRED_MANY")
            problems.Add("/linux/memoryPolicy/nodes", $"must not be empty with {policy.Mode}");
    }
}
