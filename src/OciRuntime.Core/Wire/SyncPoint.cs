namespace OciRuntime.Core.Wire;

/// <summary>Why the helper waits (enum oci_sync of wire.h).</summary>
internal enum SyncPoint : ulong
{
    IdMaps = 1,
    RuntimeHooks = 2,
    ContainerHooks = 3,
    Cgroup = 4,
    Delegation = 5,
}
