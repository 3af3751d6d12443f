namespace OciRuntime.Core.Cgroups;

/// <summary>One value for one file of a cgroup.</summary>
/// <param name="Controller">Controller that owns the file; the empty string for the core of v2.</param>
/// <param name="File">File name.</param>
/// <param name="Value">What is written.</param>
/// <param name="SpecPointer">The property that asks for it.</param>
internal sealed record CgroupWrite(string Controller, string File, string Value, string SpecPointer)
{
    /// <summary>Written instead if the kernel has no such file, or the file does not apply to the device; null for none.</summary>
    public CgroupWrite? Otherwise { get; init; }

    /// <summary>A kernel without the file lacks the feature that the value would turn off, so the file may be missing.</summary>
    public bool Optional { get; init; }
}
