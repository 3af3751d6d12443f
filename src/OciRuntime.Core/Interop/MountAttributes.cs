namespace OciRuntime.Core.Interop;

/// <summary>MOUNT_ATTR_* of fsmount(2) and mount_setattr(2).</summary>
[Flags]
internal enum MountAttributes : ulong
{
    /// <summary>Nothing; as an access time setting: relatime.</summary>
    None = 0,
    /// <summary>Read-only.</summary>
    MOUNT_ATTR_RDONLY = 0x1,
    /// <summary>Set-user-id and set-group-id bits and file capabilities are ignored.</summary>
    MOUNT_ATTR_NOSUID = 0x2,
    /// <summary>Device nodes can't be opened.</summary>
    MOUNT_ATTR_NODEV = 0x4,
    /// <summary>Programs can't be executed.</summary>
    MOUNT_ATTR_NOEXEC = 0x8,
    /// <summary>Access times are not updated.</summary>
    MOUNT_ATTR_NOATIME = 0x10,
    /// <summary>Access times are always updated.</summary>
    MOUNT_ATTR_STRICTATIME = 0x20,
    /// <summary>Mask of the access time setting; cleared before another one is set.</summary>
    MOUNT_ATTR__ATIME = 0x70,
    /// <summary>Access times of directories are not updated.</summary>
    MOUNT_ATTR_NODIRATIME = 0x80,
    /// <summary>Symbolic links are not followed.</summary>
    MOUNT_ATTR_NOSYMFOLLOW = 0x20_0000,
}
