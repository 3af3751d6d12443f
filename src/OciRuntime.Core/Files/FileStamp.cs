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

    // Coarser than the clock of a filesystem: a tick of the kernel (10 ms at the most), or of one that knows no parts of a second two seconds (FAT).
    private static readonly TimeSpan s_fine = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_coarse = TimeSpan.FromSeconds(2);

    public static FileStamp Of(in Libc.statx_t stat) => new(
        ((ulong)stat.stx_dev_major << 32) | stat.stx_dev_minor,
        stat.stx_ino,
        stat.stx_size,
        DateTime.UnixEpoch.AddSeconds(stat.stx_ctime_sec).AddTicks(stat.stx_ctime_nsec / 100));

    /// <summary>The change is long enough ago for another one to have another time.</summary>
    /// <param name="now">In UTC, taken before the file was looked at.</param>
    public bool IsSettled(DateTime now) => now - Changed > (Changed.Ticks % TimeSpan.TicksPerSecond == 0 ? s_coarse : s_fine);
}
