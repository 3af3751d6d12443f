namespace OciRuntime.Core.Cgroups;

/// <summary>One value for one file of a cgroup.</summary>
/// <param name="Controller">Controller that owns the file; the empty string for the core of v2.</param>
/// <param name="File">File name.</param>
/// <param name="Value">What is written.</param>
/// <param name="SpecPointer">The property that asks for it.</param>
internal sealed record CgroupWrite(string Controller, string File, string Value, string SpecPointer)
{
    /// <summary>Written in its place where the kernel has no such file, or keeps nothing of that device in it; null when there is no other way.</summary>
    public CgroupWrite? Otherwise { get; init; }

    /// <summary>A kernel without the file has nothing that this would turn off.</summary>
    public bool Optional { get; init; }
}
