using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/bpf.h, the parts that device programs need.</summary>
internal static unsafe partial class Libc
{
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_PROG_ATTACH = 8;
    public const int BPF_PROG_DETACH = 9;
    public const int BPF_PROG_GET_FD_BY_ID = 13;
    public const int BPF_PROG_QUERY = 16;
    public const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    public const uint BPF_CGROUP_DEVICE = 6;
    public const uint BPF_F_ALLOW_MULTI = 2;
    public const uint BPF_F_REPLACE = 4;

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct bpf_load
    {
        [FieldOffset(0)]
        public uint prog_type;
        [FieldOffset(4)]
        public uint insn_cnt;
        [FieldOffset(8)]
        public ulong insns;
        [FieldOffset(16)]
        public ulong license;
    }

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    public struct bpf_attach
    {
        [FieldOffset(0)]
        public uint target_fd;
        [FieldOffset(4)]
        public uint attach_bpf_fd;
        [FieldOffset(8)]
        public uint attach_type;
        [FieldOffset(12)]
        public uint attach_flags;
        [FieldOffset(16)]
        public uint replace_bpf_fd;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct bpf_query
    {
        [FieldOffset(0)]
        public uint target_fd;
        [FieldOffset(4)]
        public uint attach_type;
        [FieldOffset(8)]
        public uint query_flags;
        [FieldOffset(12)]
        public uint attach_flags;
        [FieldOffset(16)]
        public ulong prog_ids;
        [FieldOffset(24)]
        public uint prog_cnt;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_bpf(long number, int command, void* attributes, uint size);

    /// <summary>bpf(2).</summary>
    public static int bpf(int command, void* attributes, uint size) => (int)syscall_bpf(SyscallNumbers.bpf, command, attributes, size);
}
