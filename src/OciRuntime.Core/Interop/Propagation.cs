namespace OciRuntime.Core.Interop;

/// <summary>Mount propagation (mount_namespaces(7)), with the numbers of mount(2).</summary>
[Flags]
internal enum Propagation : ulong
{
    /// <summary>Unchanged.</summary>
    None = 0,
    /// <summary>Also the mounts below it.</summary>
    MS_REC = 0x4000,
    /// <summary>Neither sends nor receives, and can't be bound.</summary>
    MS_UNBINDABLE = 1 << 17,
    /// <summary>Neither sends nor receives.</summary>
    MS_PRIVATE = 1 << 18,
    /// <summary>Receives, does not send.</summary>
    MS_SLAVE = 1 << 19,
    /// <summary>Sends and receives.</summary>
    MS_SHARED = 1 << 20,
}
