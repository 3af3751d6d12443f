using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>A mount that the plan makes and nothing of the plan hides.</summary>
/// <param name="Target">Path in the container.</param>
internal sealed record ExpectedMount(string Target)
{
    /// <summary>Of its filesystem; null: that of what is bound.</summary>
    public string? Type { get; init; }

    /// <summary>Attributes that it has.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes that it has not; of the rest nothing is known.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>Where there is nothing at the path there is no mount either.</summary>
    public bool IgnoreMissing { get; init; }

    /// <summary>It brings mounts of the host's below it.</summary>
    public bool Recursive { get; init; }

    /// <summary>The property that asks for it.</summary>
    public string? SpecPointer { get; init; }
}
