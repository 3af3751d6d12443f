namespace OciRuntime.Core.Spec.Bundles;

/// <summary>How bundles are made from archives and images.</summary>
public sealed record BundleOptions
{
    /// <summary>How much may come out of them.</summary>
    public UnpackLimit Limit { get; init; } = UnpackLimit.Default;

    /// <summary>Decompresses zstd, as a stream over a stream; null where there is nobody who can. What it throws is taken for damaged data.</summary>
    public Func<Stream, Stream>? Zstd { get; init; }
}
