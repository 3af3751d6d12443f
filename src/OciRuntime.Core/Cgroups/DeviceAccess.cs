namespace OciRuntime.Core.Cgroups;

/// <summary>The accesses of a device rule; the bits are those of linux/bpf.h (BPF_DEVCG_ACC_*).</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    Mknod = 1,
    Read = 2,
    Write = 4,
    All = Mknod | Read | Write,
}
