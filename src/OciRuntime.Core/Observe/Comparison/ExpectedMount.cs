using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>A mount that the plan makes and that no later step hides.</summary>
/// <param name="Target">Path in the container.</param>
internal sealed record ExpectedMount(string Target)
{
    /// <summary>Type of its filesystem; null for a bind mount, which has the type of its source.</summary>
    public string? Type { get; init; }

    /// <summary>Attributes that must be set.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes that must be clear; the others are not checked.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>The mount is absent when its path does not exist.</summary>
    public bool IgnoreMissing { get; init; }

    /// <summary>It brings the host's mounts below it.</summary>
    public bool Recursive { get; init; }

    /// <summary>JSON pointer of the property that asks for it.</summary>
    public string? SpecPointer { get; init; }
}
