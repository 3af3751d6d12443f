namespace OciRuntime.Core.Seccomp;

/// <summary>How a node compares; the other operators are these with the branches exchanged.</summary>
internal enum SeccompTest
{
    Equal,
    MaskedEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>One comparison of 32 bits of an argument, and what follows when it holds and when it does not; nothing: the next node of the level.</summary>
internal sealed class SeccompNode
{
    /// <summary>Argument, 0 to 5.</summary>
    internal required uint Argument { get; init; }

    /// <summary>Its upper half.</summary>
    internal required bool IsHigh { get; init; }

    internal required SeccompTest Test { get; init; }

    /// <summary>The condition that it is a part of.</summary>
    internal required SeccompCondition Condition { get; init; }

    internal uint Mask => IsHigh ? (uint)(Condition.Mask >> 32) : (uint)Condition.Mask;

    internal uint Datum => (IsHigh ? (uint)(Condition.Value >> 32) : (uint)Condition.Value) & Mask;

    /// <summary>SECCOMP_RET_* when it holds; null: <see cref="WhenTrue"/> or the next node.</summary>
    internal uint? TrueAction { get; set; }

    internal uint? FalseAction { get; set; }

    internal SeccompLevel? WhenTrue { get; set; }

    internal SeccompLevel? WhenFalse { get; set; }

    internal bool IsLeaf => WhenTrue is null && WhenFalse is null;

    internal bool GoesOnWhenTrue => TrueAction is not null || WhenTrue is not null;

    internal bool GoesOnWhenFalse => FalseAction is not null || WhenFalse is not null;

    /// <summary>The same comparison.</summary>
    internal bool IsSame(SeccompNode other) => Rank == other.Rank && Test == other.Test && Datum == other.Datum && Mask == other.Mask;

    /// <summary>
    /// It stands behind the other on a level: arguments from the last to the first and upper halves before lower ones, equality before less
    /// before greater, then large values before small ones, of less small ones before large ones.
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

/// <summary>Nodes that are tried one after the other. Behind the last one it goes on at the next node of the level above.</summary>
internal sealed class SeccompLevel
{
    internal SeccompLevel(SeccompNode first) => Nodes = [first];

    internal List<SeccompNode> Nodes { get; }

    /// <summary>Everything that is decided on this level and below is this action.</summary>
    internal static bool AllAre(SeccompLevel? level, uint action) => level is null || level.Nodes.TrueForAll(node =>
        (node.TrueAction ?? action) == action && (node.FalseAction ?? action) == action && AllAre(node.WhenTrue, action) && AllAre(node.WhenFalse, action));
}
