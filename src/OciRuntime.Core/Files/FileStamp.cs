using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>Which file it is and when it was changed last, by statx(2): what was read of a file holds for as long as this does.</summary>
/// <param name="Device">Its filesystem.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">Of the inode, by the filesystem's clock (st_ctime).</param>
internal readonly record struct FileStamp(ulong Device, ulong Inode, ulong Size, DateTime Changed)
{
    /// <summary>Fields of statx(2) that it is made of.</summary>
    public const uint Asked = Libc.STATX_INO | Libc.STATX_SIZE | Libc.STATX_CTIME;

    // Coarser than any filesystem's clock: of ext3 it is a second.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    public static FileStamp Of(in Libc.statx_t stat) => new(
        ((ulong)stat.stx_dev_major << 32) | stat.stx_dev_minor,
        stat.stx_ino,
        stat.stx_size,
        DateTime.UnixEpoch.AddSeconds(stat.stx_ctime_sec).AddTicks(stat.stx_ctime_nsec / 100));

    /// <summary>The change is long enough ago for another one to have another time.</summary>
    /// <param name="now">In UTC, taken before the file was looked at.</param>
    public bool IsSettled(DateTime now) => now - Changed > s_settled;
}
