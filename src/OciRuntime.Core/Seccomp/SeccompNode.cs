namespace OciRuntime.Core.Seccomp;

/// <summary>How a node compares; the other operators are these with swapped branches.</summary>
internal enum SeccompTest
{
    Equal,
    MaskedEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>One comparison of 32 bits of an argument, and what follows when it holds and when it does not: an action, a level, or by default the next node.</summary>
internal sealed class SeccompNode
{
    /// <summary>Argument, 0 to 5.</summary>
    internal required uint Argument { get; init; }

    /// <summary>True for the upper half of the argument.</summary>
    internal required bool IsHigh { get; init; }

    internal required SeccompTest Test { get; init; }

    /// <summary>The condition that it is a part of.</summary>
    internal required SeccompCondition Condition { get; init; }

    internal uint Mask => IsHigh ? (uint)(Condition.Mask >> 32) : (uint)Condition.Mask;

    internal uint Datum => (IsHigh ? (uint)(Condition.Value >> 32) : (uint)Condition.Value) & Mask;

    /// <summary>SECCOMP_RET_* when the comparison holds; null for <see cref="WhenTrue"/> or the next node.</summary>
    internal uint? TrueAction { get; set; }

    internal uint? FalseAction { get; set; }

    internal SeccompLevel? WhenTrue { get; set; }

    internal SeccompLevel? WhenFalse { get; set; }

    internal bool IsLeaf => WhenTrue is null && WhenFalse is null;

    internal bool GoesOnWhenTrue => TrueAction is not null || WhenTrue is not null;

    internal bool GoesOnWhenFalse => FalseAction is not null || WhenFalse is not null;

    /// <summary>True when both make the same comparison.</summary>
    internal bool IsSame(SeccompNode other) => Rank == other.Rank && Test == other.Test && Datum == other.Datum && Mask == other.Mask;

    /// <summary>
    /// True when this node comes after the other on a level: arguments from last to first, upper halves before lower ones, equality before less
    /// before greater, then large values before small ones; for less, small ones before large ones.
    /// </summary>
    internal bool IsBehind(SeccompNode other)
    {
        if (Rank != other.Rank)
            return Rank < other.Rank;
        if (OperatorRank != other.OperatorRank)
            return OperatorRank < other.OperatorRank;
        return OperatorRank == 2 ? Datum > other.Datum : Datum < other.Datum;
    }

    private uint Rank => (Argument * 2) + (IsHigh ? 1u : 0);

    private int OperatorRank => Condition.Operator switch
    {
        SeccompOperator.Less or SeccompOperator.LessOrEqual => 2,
        SeccompOperator.Greater or SeccompOperator.GreaterOrEqual => 1,
        _ => 3,
    };
}

/// <summary>Nodes that are tried one after the other. After the last one the next node of the level above is tried.</summary>
internal sealed class SeccompLevel
{
    internal SeccompLevel(SeccompNode first) => Nodes = [first];

    internal List<SeccompNode> Nodes { get; }

    /// <summary>True when every decision on this level and below is this action.</summary>
    internal static bool AllAre(SeccompLevel? level, uint action) => level is null || level.Nodes.TrueForAll(node =>
        (node.TrueAction ?? action) == action && (node.FalseAction ?? action) == action && AllAre(node.WhenTrue, action) && AllAre(node.WhenFalse, action));
}
