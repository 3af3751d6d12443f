using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>Identifies a file and its last change, from statx(2): what was read from the file is valid as long as its stamp stays the same.</summary>
/// <param name="Device">Its filesystem.</param>
/// <param name="Inode">Its inode number.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">Last change of the inode, by the filesystem's clock (st_ctime).</param>
internal readonly record struct FileStamp(ulong Device, ulong Inode, ulong Size, DateTime Changed)
{
    /// <summary>The statx(2) fields that it needs.</summary>
    public const uint Asked = Libc.STATX_INO | Libc.STATX_SIZE | Libc.STATX_CTIME;

    // Coarser than a filesystem's clock: at most a tick of the kernel (10 ms), or two seconds if it stores whole seconds only (FAT).
    private static readonly TimeSpan s_fine = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_coarse = TimeSpan.FromSeconds(2);

    public static FileStamp Of(in Libc.statx_t stat) => new(
        ((ulong)stat.stx_dev_major << 32) | stat.stx_dev_minor,
        stat.stx_ino,
        stat.stx_size,
        DateTime.UnixEpoch.AddSeconds(stat.stx_ctime_sec).AddTicks(stat.stx_ctime_nsec / 100));

    /// <summary>True when the change is so old that another one would have another time.</summary>
    /// <param name="now">The time in UTC before the file was looked at.</param>
    public bool IsSettled(DateTime now) => now - Changed > (Changed.Ticks % TimeSpan.TicksPerSecond == 0 ? s_coarse : s_fine);
}
