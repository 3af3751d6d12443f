using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>How a system call's argument is compared (SCMP_CMP_*).</summary>
internal enum SeccompOperator
{
    NotEqual,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
    MaskedEqual,
}

/// <summary>One condition of a rule: argument, operator, value and, for MASKED_EQ, the mask.</summary>
/// <param name="Index">Argument, 0 to 5.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">The value to compare with.</param>
/// <param name="Mask">Bits that count: for MASKED_EQ as given, else all 64, or the low 32 on a 32-bit architecture.</param>
internal readonly record struct SeccompCondition(uint Index, SeccompOperator Operator, ulong Value, ulong Mask)
{
    /// <summary>All names, in the order of the spec.</summary>
    internal static ReadOnlySpan<string> OperatorNames => new[]
    {
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
    };

    /// <summary>Reads a condition of the spec; MASKED_EQ has the mask in value and the datum in valueTwo.</summary>
    internal static SeccompCondition Parse(OciSyscallArg arg, string pointer)
    {
        if (arg.Index > 5)
            throw Invalid($"seccomp: argument index {arg.Index} at {pointer}/index is above 5", pointer + "/index", "the arguments of a system call are 0 to 5");
        SeccompOperator op = arg.Op switch
        {
            "SCMP_CMP_NE" => SeccompOperator.NotEqual,
            "SCMP_CMP_LT" => SeccompOperator.Less,
            "SCMP_CMP_LE" => SeccompOperator.LessOrEqual,
            "SCMP_CMP_EQ" => SeccompOperator.Equal,
            "SCMP_CMP_GE" => SeccompOperator.GreaterOrEqual,
            "SCMP_CMP_GT" => SeccompOperator.Greater,
            "SCMP_CMP_MASKED_EQ" => SeccompOperator.MaskedEqual,
            _ => throw Invalid($"seccomp: unknown operator \"{arg.Op}\" at {pointer}/op", pointer + "/op", NearestName.Hint(arg.Op ?? string.Empty, OperatorNames.ToArray()) ?? "one of " + string.Join(", ", OperatorNames.ToArray())),
        };
        return op == SeccompOperator.MaskedEqual
            ? new(arg.Index, op, arg.ValueTwo & arg.Value, arg.Value)
            : new(arg.Index, op, arg.Value, ulong.MaxValue);
    }

    /// <summary>The condition as it is compared on a 32-bit architecture.</summary>
    internal SeccompCondition In32Bits => this with { Value = (uint)Value, Mask = (uint)Mask };

    /// <summary>True when the condition holds for a value of the argument.</summary>
    internal bool Holds(ulong argument) => Operator switch
    {
        SeccompOperator.NotEqual => (argument & Mask) != Value,
        SeccompOperator.Less => (argument & Mask) < Value,
        SeccompOperator.LessOrEqual => (argument & Mask) <= Value,
        SeccompOperator.GreaterOrEqual => (argument & Mask) >= Value,
        SeccompOperator.Greater => (argument & Mask) > Value,
        _ => (argument & Mask) == Value,
    };

    private static OciException Invalid(string message, string pointer, string hint) =>
        new(OciErrorCode.InvalidSpec, message) { Step = "seccomp", SpecPointer = pointer, Hint = hint };
}
