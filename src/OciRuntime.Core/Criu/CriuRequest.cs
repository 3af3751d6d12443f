namespace OciRuntime.Core.Criu;

/// <summary>A message to criu (criu_req).</summary>
/// <param name="Type">The kind of request.</param>
internal sealed record CriuRequest(CriuRequestType Type)
{
    public CriuOptions? Options { get; init; }

    /// <summary>For <see cref="CriuRequestType.FeatureCheck"/>: the features to check.</summary>
    public CriuFeatures Features { get; init; }

    /// <summary>Another request follows.</summary>
    public bool KeepOpen { get; init; }

    public byte[] Encode()
    {
        var to = new ProtobufWriter();
        to.Number(1, (int)Type);
        if (Options is { } options)
            to.Message(2, options.Write);
        if (Type == CriuRequestType.Notify)
            to.Flag(3, true); // success: criu may go on
        if (KeepOpen)
            to.Flag(4, true);
        if (Features != CriuFeatures.None)
        {
            to.Message(5, message =>
            {
                message.Flag(1, Features.HasFlag(CriuFeatures.MemoryTracking));
                message.Flag(2, Features.HasFlag(CriuFeatures.LazyPages));
            });
        }
        return to.Written.ToArray();
    }
}
