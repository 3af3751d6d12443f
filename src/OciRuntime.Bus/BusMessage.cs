namespace OciRuntime.Bus;

/// <summary>A received message: the answer to a call, or a signal.</summary>
internal sealed record BusMessage
{
    /// <summary>Name of the error; null when it is not an error.</summary>
    public string? ErrorName { get; init; }

    /// <summary>Who sent it; null without a bus.</summary>
    public string? Sender { get; init; }

    /// <summary>Values in the form of <see cref="BusVariant.Value"/>; for an error its message, if any.</summary>
    public object[] Body { get; init; } = [];
}
