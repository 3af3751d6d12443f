namespace OciRuntime.Bus;

/// <summary>What came: the answer to a call, or a signal.</summary>
internal sealed record BusMessage
{
    /// <summary>Null: it is not an error.</summary>
    public string? ErrorName { get; init; }

    /// <summary>Who sent it; null where there is no bus.</summary>
    public string? Sender { get; init; }

    /// <summary>Values as <see cref="BusVariant.Value"/> has them; of an error its words, when it has any.</summary>
    public object[] Body { get; init; } = [];
}
