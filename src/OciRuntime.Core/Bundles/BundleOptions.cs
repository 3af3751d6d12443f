using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Bundles;

/// <summary>How bundles are made.</summary>
internal sealed record BundleOptions
{
    /// <summary>How much may come out of them.</summary>
    public UnpackLimit Limit { get; init; } = UnpackLimit.Default;

    /// <summary>Gives the configuration that is written for the one that was made; null leaves that as it is. What it throws undoes the bundle.</summary>
    public Func<OciSpec, OciSpec>? Edit { get; init; }

    /// <summary>Is told again and again, on the caller's thread, how many entries and bytes have been unpacked so far.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Decompresses zstd, as a stream over a stream; null where there is nobody who can. What it throws is taken for damaged data.</summary>
    public Func<Stream, Stream>? Zstd { get; init; }
}
