using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning;

/// <summary>The options of mount(8) that set or clear an attribute of a mount; access times follow other rules.</summary>
internal static class MountAttributeNames
{
    /// <summary>The word that sets it, the word that clears it, the attribute.</summary>
    public static readonly (string On, string Off, MountAttributes Flag)[] All =
    [
        ("ro", "rw", MountAttributes.MOUNT_ATTR_RDONLY),
        ("nosuid", "suid", MountAttributes.MOUNT_ATTR_NOSUID),
        ("nodev", "dev", MountAttributes.MOUNT_ATTR_NODEV),
        ("noexec", "exec", MountAttributes.MOUNT_ATTR_NOEXEC),
        ("nodiratime", "diratime", MountAttributes.MOUNT_ATTR_NODIRATIME),
        ("nosymfollow", "symfollow", MountAttributes.MOUNT_ATTR_NOSYMFOLLOW),
    ];
}
