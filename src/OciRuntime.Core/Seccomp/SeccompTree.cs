namespace OciRuntime.Core.Seccomp;

/// <summary>
/// The rules about the arguments of one system call. Which of several matching rules decides, which rules are dropped because another one covers
/// them, and which contradict each other, follows libseccomp 2.5 (its tree of argument chains), because profiles were written
/// against it: runc and crun compile with it.
/// </summary>
internal sealed class SeccompTree
{
    private const Way Redundant = Way.Matches | Way.ExistingEnds | Way.AddedIsLonger;

    private readonly List<(SeccompCondition[] Conditions, uint Action)> _rules = [];
    private SeccompLevel? _root;

    // What is known about the path to a node, in a search for redundant rules.
    [Flags]
    private enum Way
    {
        None = 0,
        Matches = 1,
        HasMatched = 2,
        ExistingEnds = 4,
        AddedEnds = 8,
        ExistingIsLonger = 16,
        AddedIsLonger = 32,
    }

    /// <summary>The first comparisons; null when there is no rule.</summary>
    internal SeccompLevel? Root => _root;

    /// <summary>Adds a rule.</summary>
    /// <param name="conditions">All must hold; at least one, and at most one per argument.</param>
    /// <param name="action">SECCOMP_RET_* value.</param>
    /// <param name="wide">Arguments have 64 bits.</param>
    /// <returns>False when it contradicts an existing rule: the same conditions, or fewer of them, with another action.</returns>
    internal bool Add(SeccompCondition[] conditions, uint action, bool wide)
    {
        SeccompNode added = Chain(conditions, action, wide);
        var way = Way.None;
        // The same final comparisons may be reached through different values: libseccomp loses the added rule then.
        bool isSaid = _rules.Exists(rule => rule.Action == action && Array.TrueForAll(rule.Conditions, condition => Array.IndexOf(conditions, condition) >= 0));
        _rules.Add((conditions, action));
        if (_root is not null && Prune(_root, added, action, ref way) == 0 && (way & Redundant) == Redundant && isSaid)
            return true;
        if (_root is { Nodes.Count: > 0 })
            return Insert(_root, added);
        _root = new(added);
        return true;
    }

    /// <summary>The rule as comparisons of 32 bits, by ascending arguments.</summary>
    private static SeccompNode Chain(SeccompCondition[] conditions, uint action, bool wide)
    {
        SeccompCondition[] sorted = [.. conditions];
        Array.Sort(sorted, static (one, other) => one.Index.CompareTo(other.Index));
        return Chain(sorted, 0);

        // Two comparisons may lead to the same next one: each gets its own copy, because later rules may change one of them.
        SeccompNode Chain(SeccompCondition[] all, int at)
        {
            SeccompCondition condition = all[at];
            SeccompNode low = End(Node(condition, high: false, LowTest(condition.Operator)), all, at);
            if (!wide)
                return low;
            SeccompNode equal = Node(condition, high: true, condition.Operator == SeccompOperator.MaskedEqual ? SeccompTest.MaskedEqual : SeccompTest.Equal);
            equal.WhenTrue = new(low);
            if (condition.Operator is SeccompOperator.Equal or SeccompOperator.MaskedEqual)
                return equal;
            if (condition.Operator == SeccompOperator.NotEqual)
                return End(equal, all, at);
            SeccompNode greater = Node(condition, high: true, SeccompTest.Greater);
            greater.WhenFalse = new(HoldsWhenFalse(condition.Operator) ? End(equal, all, at) : equal);
            return HoldsWhenFalse(condition.Operator) ? greater : End(greater, all, at);
        }

        // Ends the branch on which the condition holds: with the next comparison, or with the action.
        SeccompNode End(SeccompNode node, SeccompCondition[] all, int at)
        {
            SeccompLevel? next = at + 1 < all.Length ? new(Chain(all, at + 1)) : null;
            if (HoldsWhenFalse(all[at].Operator))
                (node.WhenFalse, node.FalseAction) = (next, next is null ? action : null);
            else
                (node.WhenTrue, node.TrueAction) = (next, next is null ? action : null);
            return node;
        }
    }

    private static SeccompNode Node(SeccompCondition condition, bool high, SeccompTest test) =>
        new() { Argument = condition.Index, IsHigh = high, Test = test, Condition = condition };

    private static SeccompTest LowTest(SeccompOperator op) => op switch
    {
        SeccompOperator.Equal or SeccompOperator.NotEqual => SeccompTest.Equal,
        SeccompOperator.MaskedEqual => SeccompTest.MaskedEqual,
        SeccompOperator.Greater or SeccompOperator.LessOrEqual => SeccompTest.Greater,
        _ => SeccompTest.GreaterOrEqual,
    };

    private static bool HoldsWhenFalse(SeccompOperator op) => op is SeccompOperator.NotEqual or SeccompOperator.Less or SeccompOperator.LessOrEqual;

    // Merges a chain into a level. Where both have a node, the older rule's action stays, except for "greater", where the larger value is the stricter one.
    private static bool Insert(SeccompLevel level, SeccompNode added)
    {
        for (int i = 0; i < level.Nodes.Count; i++)
        {
            SeccompNode node = level.Nodes[i];
            if (node.IsSame(added))
                return Merge(node, added);
            if (!node.IsBehind(added))
                continue;
            level.Nodes.Insert(i, added);
            return true;
        }

        level.Nodes.Add(added);
        return true;
    }

    private static bool Merge(SeccompNode node, SeccompNode added)
    {
        if (added.TrueAction is { } onTrue)
        {
            if (node.TrueAction is null)
            {
                if (!SeccompLevel.AllAre(node.WhenTrue, onTrue))
                    return false;
                (node.TrueAction, node.WhenTrue) = (onTrue, null);
            }
            else if (node.TrueAction != onTrue)
            {
                if (added.IsHigh && added.Condition.Value > node.Condition.Value)
                    node.TrueAction = onTrue;
                if (node.IsLeaf || added.IsLeaf)
                    return false;
            }
        }

        if (added.FalseAction is { } onFalse)
        {
            if (node.FalseAction is null)
            {
                if (!SeccompLevel.AllAre(node.WhenFalse, onFalse))
                    return false;
                (node.FalseAction, node.WhenFalse) = (onFalse, null);
            }
            else if (node.FalseAction != onFalse && (node.IsLeaf || added.IsLeaf))
            {
                return false;
            }
        }

        if (added.WhenTrue is { } whenTrue)
        {
            if (node.WhenTrue is { } deeper)
            {
                if (!Insert(deeper, whenTrue.Nodes[0]))
                    return false;
            }
            else if (node.TrueAction is null)
            {
                node.WhenTrue = whenTrue;
            }
        }

        if (added.WhenFalse is { } whenFalse)
        {
            if (node.WhenFalse is { } deeper)
                return Insert(deeper, whenFalse.Nodes[0]);
            if (node.FalseAction is null)
                node.WhenFalse = whenFalse;
        }

        return true;
    }

    // Removes the rules that the added rule covers. Returns how many nodes were removed.
    private int Prune(SeccompLevel? level, SeccompNode? added, uint action, ref Way way)
    {
        Way now = way;
        int removed = 0;
        if (level is not null && added is not null && (way & (Way.Matches | Way.HasMatched)) != Way.HasMatched && !Walk(level, added, action, way, ref now, ref removed))
            now &= ~Way.Matches;
        way = (now & Way.Matches) != 0 ? way | now : way & ~Way.Matches;
        return removed;
    }

    // True when the search ended at a node, false when no node of the level concerns the added rule.
    private bool Walk(SeccompLevel level, SeccompNode added, uint action, Way way, ref Way now, ref int removed)
    {
        foreach (SeccompNode node in level.Nodes.ToArray())
        {
            if (level.Nodes.Contains(node) && (node.IsSame(added)
                ? EndsAtSame(level, node, added, action, way, ref now, ref removed)
                : EndsAtOther(level, node, added, action, way, ref now, ref removed)))
                return true;
        }

        return false;
    }

    // A node with the same comparison: compares what follows it in the two rules, and removes the rule that is covered by the other.
    private bool EndsAtSame(SeccompLevel level, SeccompNode node, SeccompNode added, uint action, Way way, ref Way now, ref int removed)
    {
        now |= Way.Matches | Way.HasMatched | (added.IsLeaf ? Way.AddedEnds : 0) | (node.IsLeaf ? Way.ExistingEnds : 0);
        if ((node.GoesOnWhenTrue && !added.GoesOnWhenTrue) || (node.GoesOnWhenFalse && !added.GoesOnWhenFalse))
        {
            now &= ~Way.Matches; // the existing rule covers other values as well, or only others: libseccomp loses the added rule here
            return true;
        }

        if (added.IsLeaf && node.IsLeaf && (added.TrueAction != node.TrueAction || added.FalseAction != node.FalseAction))
            return true;
        foreach ((SeccompLevel? deeper, SeccompLevel? next) in ((SeccompLevel?, SeccompLevel?)[])[(node.WhenTrue, added.WhenTrue), (node.WhenFalse, added.WhenFalse)])
        {
            if (next is null)
                continue;
            Way below = way | Way.Matches | Way.HasMatched;
            removed += Prune(deeper, next.Nodes[0], action, ref below);
            if ((below & Way.Matches) != 0)
                now |= below;
            if (!level.Nodes.Contains(node))
                break;
        }

        if (!level.Nodes.Contains(node) || !SeccompLevel.AllAre(level, action) || (now & Way.Matches) == 0)
            return false;
        if ((now & (Way.AddedEnds | Way.ExistingIsLonger)) == (Way.AddedEnds | Way.ExistingIsLonger))
        {
            removed += Remove(_root, node);
            return _root!.Nodes.Count == 0;
        }

        return (now & (Way.ExistingEnds | Way.AddedIsLonger)) == (Way.ExistingEnds | Way.AddedIsLonger);
    }

    // A node with another comparison: one of the two rules has an additional comparison before the two can be the same.
    private bool EndsAtOther(SeccompLevel level, SeccompNode node, SeccompNode added, uint action, Way way, ref Way now, ref int removed)
    {
        bool behind = node.IsBehind(added);
        if ((way & (behind ? Way.AddedIsLonger : Way.ExistingIsLonger)) != 0)
            return true;
        foreach (bool branch in (bool[])[true, false])
        {
            SeccompLevel? deeper = !behind ? level : branch ? node.WhenTrue : node.WhenFalse;
            SeccompNode? next = behind ? added : (branch ? added.WhenTrue : added.WhenFalse)?.Nodes[0];
            if (deeper is null || next is null)
                continue;
            Way below = (way & ~Way.Matches) | (behind ? Way.ExistingIsLonger : Way.AddedIsLonger);
            removed += Prune(deeper, next, action, ref below);
            if ((below & Way.Matches) != 0)
            {
                now |= below;
                return true;
            }

            if (!level.Nodes.Contains(node))
                break;
        }

        return false;
    }

    // Removes a node, and everything that then leads nowhere.
    private static int Remove(SeccompLevel? level, SeccompNode gone)
    {
        int removed = 0;
        for (int i = 0; level is not null && i < level.Nodes.Count && removed == 0; i++)
        {
            SeccompNode node = level.Nodes[i];
            if (node != gone)
            {
                removed += Remove(node.WhenTrue, gone) + Remove(node.WhenFalse, gone);
                if (node.WhenTrue is { Nodes.Count: 0 })
                    node.WhenTrue = null;
                if (node.WhenFalse is { Nodes.Count: 0 })
                    node.WhenFalse = null;
            }

            if (node == gone || (!node.GoesOnWhenTrue && !node.GoesOnWhenFalse))
            {
                level.Nodes.RemoveAt(i);
                return removed + 1;
            }
        }

        return removed;
    }
}
