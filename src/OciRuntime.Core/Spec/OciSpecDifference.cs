namespace OciRuntime.Core.Spec;

/// <summary>One difference between two configurations.</summary>
public sealed class OciSpecDifference
{
    /// <summary>Its JSON pointer (RFC 6901): in the reference for a removed value, else in the other configuration.</summary>
    public required string Pointer { get; init; }

    /// <summary>Added, Removed, Changed, or Reordered for a list with the same elements.</summary>
    public required string Change { get; init; }

    /// <summary>The value in the reference as JSON, strings without quotes; null if absent.</summary>
    public string? Reference { get; init; }

    /// <summary>The value in the other configuration; null if absent.</summary>
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
