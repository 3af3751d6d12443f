using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Bundles;

/// <summary>How bundles are made.</summary>
internal sealed record BundleOptions
{
    /// <summary>Limits on unpacked entries and bytes.</summary>
    public UnpackLimit Limit { get; init; } = UnpackLimit.Default;

    /// <summary>Maps the default configuration to the one that is written; null keeps it. An exception undoes the bundle.</summary>
    public Func<OciSpec, OciSpec>? Edit { get; init; }

    /// <summary>Called repeatedly, on the caller's thread, with the number of entries and bytes unpacked so far.</summary>
    public Action<long, long>? Progress { get; init; }

    /// <summary>Wraps a stream in a zstd decompressor; null when there is none. Its exceptions mean damaged data.</summary>
    public Func<Stream, Stream>? Zstd { get; init; }
}
