namespace OciRuntime.Core.Seccomp;

/// <summary>
/// Collects instructions. Conditional jumps reach 255 instructions; longer ones are left to the caller
/// (<see cref="SeccompCompiler"/> puts a BPF_JA before it).
/// </summary>
internal sealed class BpfAssembler
{
    private readonly List<BpfInstruction> _code = new(1024);

    internal int Count => _code.Count;

    internal void Emit(ushort code, uint k) => _code.Add(new(code, 0, 0, k));

    internal void Emit(ushort code, uint k, int jumpTrue, int jumpFalse) => _code.Add(new(code, checked((byte)jumpTrue), checked((byte)jumpFalse), k));

    internal void Emit(BpfInstruction[] instructions) => _code.AddRange(instructions);

    /// <summary>The program as struct sock_filter[], little endian.</summary>
    internal byte[] ToArray()
    {
        byte[] bytes = new byte[_code.Count * BpfInstruction.Size];
        for (int i = 0; i < _code.Count; i++)
        {
            BpfInstruction instruction = _code[i];
            Span<byte> slot = bytes.AsSpan(i * BpfInstruction.Size, BpfInstruction.Size);
            BitConverter.TryWriteBytes(slot, instruction.Code);
            slot[2] = instruction.JumpTrue;
            slot[3] = instruction.JumpFalse;
            BitConverter.TryWriteBytes(slot[4..], instruction.K);
        }

        return bytes;
    }

    /// <summary>Reads struct sock_filter[] back.</summary>
    internal static BpfInstruction[] Parse(ReadOnlySpan<byte> bytes)
    {
        var code = new BpfInstruction[bytes.Length / BpfInstruction.Size];
        for (int i = 0; i < code.Length; i++)
        {
            ReadOnlySpan<byte> slot = bytes.Slice(i * BpfInstruction.Size, BpfInstruction.Size);
            code[i] = new(BitConverter.ToUInt16(slot), slot[2], slot[3], BitConverter.ToUInt32(slot[4..]));
        }

        return code;
    }
}
