namespace OciRuntime.Core.Seccomp;

/// <summary>struct sock_filter (linux/filter.h): one classic BPF instruction.</summary>
internal readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K)
{
    internal const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    internal const ushort JumpAlways = 0x05; // BPF_JMP | BPF_JA
    internal const ushort JumpEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    internal const ushort JumpGreater = 0x25; // BPF_JMP | BPF_JGT | BPF_K
    internal const ushort JumpGreaterOrEqual = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    internal const ushort And = 0x54; // BPF_ALU | BPF_AND | BPF_K
    internal const ushort Return = 0x06; // BPF_RET | BPF_K

    /// <summary>Size in bytes.</summary>
    internal const int Size = 8;

    /// <summary>BPF_MAXINSNS: the kernel refuses longer programs.</summary>
    internal const int MaxCount = 4096;
}
