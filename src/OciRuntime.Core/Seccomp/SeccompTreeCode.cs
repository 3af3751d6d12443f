using System.Runtime.InteropServices;

namespace OciRuntime.Core.Seccomp;

/// <summary>
/// Compiles a tree of rules to instructions, from the last to the first, so that every jump target is known: places count from the end.
/// </summary>
internal sealed class SeccompTreeCode
{
    // Conditional jumps reach 255 instructions; the rest is a reserve for jumps that lead further.
    private const int Reach = 250;

    private readonly List<BpfInstruction> _reversed = [];
    private readonly Dictionary<uint, Place> _returns = [];
    private readonly Dictionary<(ushort Jump, uint Datum, uint Mask, uint Word, int True, int False), Place> _nodes = [];

    /// <summary>Where a piece of code begins, and where it may be entered if the accumulator already holds a word.</summary>
    private readonly record struct Place(int Start, int Loaded, uint? Word);

    /// <summary>The instructions that decide a call.</summary>
    /// <param name="tree">Its rules.</param>
    /// <param name="otherwise">SECCOMP_RET_* when no rule holds.</param>
    internal static BpfInstruction[] Make(SeccompTree tree, uint otherwise)
    {
        var code = new SeccompTreeCode();
        code.Level(tree.Root!, code.Return(otherwise));
        BpfInstruction[] made = [.. code._reversed];
        Array.Reverse(made);
        return made;
    }

    private Place Level(SeccompLevel level, Place otherwise)
    {
        for (int i = level.Nodes.Count - 1; i >= 0; i--)
            otherwise = Node(level.Nodes[i], otherwise);
        return otherwise;
    }

    private Place Node(SeccompNode node, Place next)
    {
        Place onTrue = node.WhenTrue is { } whenTrue ? Level(whenTrue, next) : node.TrueAction is { } action ? Return(action) : next;
        if (node.Mask == 0)
            return onTrue; // the comparison is always true
        Place onFalse = node.WhenFalse is { } whenFalse ? Level(whenFalse, next) : node.FalseAction is { } other ? Return(other) : next;

        uint word = node.IsHigh ? SeccompData.HighOffset(node.Argument) : SeccompData.LowOffset(node.Argument);
        bool masked = node.Mask != uint.MaxValue;
        ushort jump = node.Test switch
        {
            SeccompTest.Greater => BpfInstruction.JumpGreater,
            SeccompTest.GreaterOrEqual => BpfInstruction.JumpGreaterOrEqual,
            _ => BpfInstruction.JumpEqual,
        };
        // A target shared by two comparisons is emitted only once.
        ref Place place = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, (jump, node.Datum, node.Mask, word, onTrue.Start, onFalse.Start), out bool known);
        if (known)
            return place;
        int whereTrue = Near(Entry(onTrue, word, masked));
        int whereFalse = Near(Entry(onFalse, word, masked));
        Emit(new(jump, Distance(whereTrue), Distance(whereFalse), node.Datum));
        if (masked)
            Emit(new(BpfInstruction.And, 0, 0, node.Mask));
        int loaded = _reversed.Count - 1;
        Emit(new(BpfInstruction.LoadWord, 0, 0, word));
        return place = new(_reversed.Count - 1, loaded, word);
    }

    // The accumulator still holds the whole word unless a mask was applied.
    private static int Entry(Place place, uint word, bool masked) => !masked && place.Word == word ? place.Loaded : place.Start;

    private Place Return(uint action)
    {
        if (!_returns.TryGetValue(action, out Place place))
        {
            Emit(new(BpfInstruction.Return, 0, 0, action));
            _returns[action] = place = new(_reversed.Count - 1, _reversed.Count - 1, null);
        }

        return place;
    }

    private int Near(int place)
    {
        if (_reversed.Count - place <= Reach)
            return place;
        Emit(new(BpfInstruction.JumpAlways, 0, 0, (uint)(_reversed.Count - place - 1)));
        return _reversed.Count - 1;
    }

    private byte Distance(int place) => checked((byte)(_reversed.Count - place - 1));

    private void Emit(BpfInstruction instruction) => _reversed.Add(instruction);
}
