namespace OciRuntime.Core.Seccomp;

/// <summary>Runs a filter as the kernel does (the subset of classic BPF that seccomp filters use). For tests and explanations.</summary>
internal static class SeccompInterpreter
{
    /// <summary>The filter's verdict, and how many instructions it took.</summary>
    internal static (uint Action, int Steps) Run(ReadOnlySpan<BpfInstruction> program, in SeccompData data)
    {
        uint a = 0, x = 0;
        Span<uint> memory = stackalloc uint[16];
        for (int pc = 0, steps = 1; pc < program.Length; pc++, steps++)
        {
            BpfInstruction i = program[pc];
            switch (i.Code)
            {
                case BpfInstruction.LoadWord: a = data.Word(i.K); break;
                case BpfInstruction.Return: return (i.K, steps);
                case 0x16: return (a, steps); // ret a
                case BpfInstruction.And: a &= i.K; break;
                case 0x00: a = i.K; break; // ld imm
                case 0x01: x = i.K; break; // ldx imm
                case 0x02: memory[(int)i.K] = a; break; // st
                case 0x60: a = memory[(int)i.K]; break; // ld mem
                case 0x07: x = a; break; // tax
                case 0x87: a = x; break; // txa
                case BpfInstruction.JumpAlways: pc += (int)i.K; break;
                case BpfInstruction.JumpEqual: pc += a == i.K ? i.JumpTrue : i.JumpFalse; break;
                case BpfInstruction.JumpGreater: pc += a > i.K ? i.JumpTrue : i.JumpFalse; break;
                case BpfInstruction.JumpGreaterOrEqual: pc += a >= i.K ? i.JumpTrue : i.JumpFalse; break;
                default: throw new InvalidOperationException($"instruction {pc} has the unknown code 0x{i.Code:x2}");
            }
        }

        throw new InvalidOperationException("the program ends without a return");
    }
}
