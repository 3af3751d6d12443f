using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>statx(2).</summary>
internal static unsafe partial class Libc
{
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const uint STATX_TYPE = 0x1;
    public const uint STATX_MODE = 0x2;
    public const uint STATX_UID = 0x8;
    public const uint STATX_GID = 0x10;
    public const uint STATX_CTIME = 0x80;
    public const uint STATX_INO = 0x100;
    public const uint STATX_SIZE = 0x200;
    public const uint STATX_MNT_ID = 0x1000;
    public const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    /// <summary>struct statx, the fields in use; 256 bytes on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct statx_t
    {
        [FieldOffset(8)]
        public ulong stx_attributes;
        [FieldOffset(20)]
        public uint stx_uid;
        [FieldOffset(24)]
        public uint stx_gid;
        [FieldOffset(28)]
        public ushort stx_mode;
        [FieldOffset(32)]
        public ulong stx_ino;
        [FieldOffset(40)]
        public ulong stx_size;
        [FieldOffset(96)]
        public long stx_ctime_sec;
        [FieldOffset(104)]
        public uint stx_ctime_nsec;
        [FieldOffset(128)]
        public uint stx_rdev_major;
        [FieldOffset(136)]
        public uint stx_dev_major;
        [FieldOffset(140)]
        public uint stx_dev_minor;
        [FieldOffset(144)]
        public ulong stx_mnt_id;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int directory, string path, int flags, uint mask, statx_t* result);
}
