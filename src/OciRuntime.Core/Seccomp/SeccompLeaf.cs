namespace OciRuntime.Core.Seccomp;

/// <summary>The end of the search: a return, or the argument rules of one system call.</summary>
internal static class SeccompLeaf
{
    /// <summary>Emits what decides an interval. Arguments are 64 bits: high half first, then the low one; 32-bit architectures have zero above.</summary>
    internal static void Emit(BpfAssembler code, SeccompInterval interval)
    {
        foreach (SeccompRule rule in interval.Rules ?? [])
        {
            int tail = Length(rule);
            foreach (SeccompCondition condition in rule.Conditions)
            {
                tail -= Length(condition);
                EmitCondition(code, condition, tail);
            }

            code.Emit(BpfInstruction.Return, rule.Action);
            if (rule.Conditions.Length == 0)
                return;
        }

        code.Emit(BpfInstruction.Return, interval.Action);
    }

    /// <summary>How many instructions <see cref="Emit"/> makes of an interval.</summary>
    internal static int Length(SeccompInterval interval)
    {
        int length = 0;
        foreach (SeccompRule rule in interval.Rules ?? [])
        {
            length += Length(rule);
            if (rule.Conditions.Length == 0)
                return length;
        }

        return length + 1;
    }

    private static int Length(SeccompRule rule)
    {
        int length = 1; // the return
        foreach (SeccompCondition condition in rule.Conditions)
            length += Length(condition);
        return length;
    }

    private static int Length(SeccompCondition condition) => condition.Operator switch
    {
        SeccompOperator.MaskedEqual => (condition.Mask >> 32 != 0 ? 3 : 0) + ((uint)condition.Mask != 0 ? 3 : 0),
        _ when condition.Mask >> 32 == 0 => 2,
        SeccompOperator.Equal or SeccompOperator.NotEqual => 4,
        _ => 5,
    };

    /// <summary>Emits one test: falls through when it holds, else jumps over what is left of it and <paramref name="tail"/> more.</summary>
    private static void EmitCondition(BpfAssembler code, SeccompCondition condition, int tail)
    {
        uint high = (uint)(condition.Value >> 32), low = (uint)condition.Value;
        uint highOffset = SeccompData.HighOffset(condition.Index), lowOffset = SeccompData.LowOffset(condition.Index);
        bool wide = condition.Mask >> 32 != 0;
        switch (condition.Operator)
        {
            case SeccompOperator.MaskedEqual:
                EmitMasked(code, condition, tail, highOffset, lowOffset);
                break;
            case not SeccompOperator.MaskedEqual when !wide:
                EmitNarrow(code, condition.Operator, low, tail, lowOffset);
                break;
            case SeccompOperator.Equal:
                code.Emit(BpfInstruction.LoadWord, highOffset);
                code.Emit(BpfInstruction.JumpEqual, high, 0, tail + 2);
                code.Emit(BpfInstruction.LoadWord, lowOffset);
                code.Emit(BpfInstruction.JumpEqual, low, 0, tail);
                break;
            case SeccompOperator.NotEqual:
                code.Emit(BpfInstruction.LoadWord, highOffset);
                code.Emit(BpfInstruction.JumpEqual, high, 0, 2);
                code.Emit(BpfInstruction.LoadWord, lowOffset);
                code.Emit(BpfInstruction.JumpEqual, low, tail, 0);
                break;
            case SeccompOperator.Greater:
            case SeccompOperator.GreaterOrEqual:
                code.Emit(BpfInstruction.LoadWord, highOffset);
                code.Emit(BpfInstruction.JumpGreater, high, 3, 0);
                code.Emit(BpfInstruction.JumpEqual, high, 0, tail + 2);
                code.Emit(BpfInstruction.LoadWord, lowOffset);
                code.Emit(condition.Operator == SeccompOperator.Greater ? BpfInstruction.JumpGreater : BpfInstruction.JumpGreaterOrEqual, low, 0, tail);
                break;
            case SeccompOperator.Less:
            case SeccompOperator.LessOrEqual:
                code.Emit(BpfInstruction.LoadWord, highOffset);
                code.Emit(BpfInstruction.JumpGreater, high, tail + 3, 0);
                code.Emit(BpfInstruction.JumpEqual, high, 0, 2);
                code.Emit(BpfInstruction.LoadWord, lowOffset);
                code.Emit(condition.Operator == SeccompOperator.Less ? BpfInstruction.JumpGreaterOrEqual : BpfInstruction.JumpGreater, low, tail, 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(condition));
        }
    }

    private static void EmitNarrow(BpfAssembler code, SeccompOperator op, uint value, int tail, uint offset)
    {
        code.Emit(BpfInstruction.LoadWord, offset);
        (ushort jump, bool holdsWhenTrue) = op switch
        {
            SeccompOperator.Equal => (BpfInstruction.JumpEqual, true),
            SeccompOperator.NotEqual => (BpfInstruction.JumpEqual, false),
            SeccompOperator.Greater => (BpfInstruction.JumpGreater, true),
            SeccompOperator.GreaterOrEqual => (BpfInstruction.JumpGreaterOrEqual, true),
            SeccompOperator.Less => (BpfInstruction.JumpGreaterOrEqual, false),
            _ => (BpfInstruction.JumpGreater, false),
        };
        code.Emit(jump, value, holdsWhenTrue ? 0 : tail, holdsWhenTrue ? tail : 0);
    }

    // Halves whose mask is empty always match: they need no instruction.
    private static void EmitMasked(BpfAssembler code, SeccompCondition condition, int tail, uint highOffset, uint lowOffset)
    {
        uint highMask = (uint)(condition.Mask >> 32), lowMask = (uint)condition.Mask;
        if (highMask != 0)
        {
            code.Emit(BpfInstruction.LoadWord, highOffset);
            code.Emit(BpfInstruction.And, highMask);
            code.Emit(BpfInstruction.JumpEqual, (uint)(condition.Value >> 32), 0, tail + (lowMask != 0 ? 3 : 0));
        }

        if (lowMask != 0)
        {
            code.Emit(BpfInstruction.LoadWord, lowOffset);
            code.Emit(BpfInstruction.And, lowMask);
            code.Emit(BpfInstruction.JumpEqual, (uint)condition.Value, 0, tail);
        }
    }
}
