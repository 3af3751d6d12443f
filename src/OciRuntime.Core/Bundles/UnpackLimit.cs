using System.Globalization;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>How much an image or an archive may unpack to, so that a small file can't fill the disk or keep the machine busy.</summary>
/// <param name="MaxSize">Bytes after decompression, of all layers together.</param>
/// <param name="MaxEntries">Files, directories, links and nodes, of all layers together.</param>
internal sealed record UnpackLimit(long MaxSize, long MaxEntries)
{
    /// <summary>16 GiB and a million entries: more than real images have.</summary>
    public static UnpackLimit Default { get; } = new(16L << 30, 1_000_000);
}

/// <summary>What is left of a limit.</summary>
internal sealed class UnpackBudget(UnpackLimit limit, Action<long, long>? progress, CancellationToken cancellation)
{
    private long _size = limit.MaxSize;
    private long _entries = limit.MaxEntries;

    public void TakeBytes(long count)
    {
        _size -= count;
        if (_size < 0)
            throw Exceeded("bytes", limit.MaxSize, Refusal.UnpackedBytes);
        Tell();
        // Skipped content may be long as well.
        cancellation.ThrowIfCancelled();
    }

    public void TakeEntry()
    {
        if (--_entries < 0)
            throw Exceeded("entries", limit.MaxEntries, Refusal.UnpackedEntries);
        Tell();
    }

    private void Tell() => progress?.Invoke(limit.MaxEntries - _entries, limit.MaxSize - _size);

    private static OciException Exceeded(string what, long most, Refusal refusal) =>
        new(OciErrorCode.LimitsExceeded, string.Create(CultureInfo.InvariantCulture, $"unpack: there are more than {most} {what}")) { Step = "unpack", Refusal = refusal };
}
