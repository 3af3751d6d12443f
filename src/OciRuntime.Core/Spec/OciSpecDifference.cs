namespace OciRuntime.Core.Spec;

/// <summary>One place in which two configurations differ.</summary>
public sealed class OciSpecDifference
{
    /// <summary>The place, as a JSON pointer (RFC 6901): in the reference for what was removed, in the other for the rest.</summary>
    public required string Pointer { get; init; }

    /// <summary>Added, Removed, Changed, or Reordered for a list whose elements are the same.</summary>
    public required string Change { get; init; }

    /// <summary>The value in the reference, as JSON, a text without its quotes; null when it is not there.</summary>
    public string? Reference { get; init; }

    /// <summary>The value in the other configuration; null when it is not there.</summary>
    public string? Difference { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Change switch
    {
        "Added" => $"{Pointer}: {Difference} added",
        "Removed" => $"{Pointer}: {Reference} removed",
        "Reordered" => $"{Pointer}: in another order",
        _ => $"{Pointer}: {Reference} became {Difference}",
    };
}
