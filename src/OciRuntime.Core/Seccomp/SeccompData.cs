namespace OciRuntime.Core.Seccomp;

/// <summary>struct seccomp_data (seccomp(2)): what a filter sees of a system call.</summary>
internal readonly record struct SeccompData(uint Number, uint Arch, ulong InstructionPointer, ulong Arg0, ulong Arg1, ulong Arg2, ulong Arg3, ulong Arg4, ulong Arg5)
{
    internal const uint NumberOffset = 0;
    internal const uint ArchOffset = 4;
    private const uint ArgsOffset = 16;

    // Byte order of this machine: a filter runs where it was made.
    private static uint Low => BitConverter.IsLittleEndian ? 0u : 4;

    /// <summary>Offset of the low half of an argument.</summary>
    internal static uint LowOffset(uint index) => ArgsOffset + (8 * index) + Low;

    /// <summary>Offset of the high half.</summary>
    internal static uint HighOffset(uint index) => ArgsOffset + (8 * index) + 4 - Low;

    /// <summary>An argument, 0 to 5.</summary>
    internal ulong Argument(uint index) => index switch { 0 => Arg0, 1 => Arg1, 2 => Arg2, 3 => Arg3, 4 => Arg4, 5 => Arg5, _ => throw new ArgumentOutOfRangeException(nameof(index)) };

    /// <summary>The 32-bit word at an offset.</summary>
    internal uint Word(uint offset)
    {
        if (offset == NumberOffset)
            return Number;
        if (offset == ArchOffset)
            return Arch;
        ulong value = (offset / 8) switch { 1 => InstructionPointer, 2 => Arg0, 3 => Arg1, 4 => Arg2, 5 => Arg3, 6 => Arg4, 7 => Arg5, _ => throw new ArgumentOutOfRangeException(nameof(offset)) };
        return offset % 8 == Low ? (uint)value : (uint)(value >> 32);
    }
}
