using OciRuntime.Core.State;

namespace OciRuntime.Fuzz.Targets;

/// <summary>state.json and exit.json: read, or broken.</summary>
internal sealed class StateTarget : Target
{
    public override string Name => "state";

    public override byte[] Change(byte[] input, Random random) => JsonChange.Apply(input, random);

    public override bool Read(byte[] input)
    {
        ExitFile.Parse(input, "c");
        if (StateJson.TryRead(input) is not { } state)
            return false;
        // What is lazy must not throw later, and what is written is what was read.
        WrongException.Unless(state.Annotations.Count + state.CgroupPaths.Count + state.Args.Count >= 0, "no numbers");
        byte[] written = StateJson.Write(state).ToArray();
        ContainerState? back = StateJson.TryRead(written);
        WrongException.Unless(back is not null && StateJson.Write(back).Span.SequenceEqual(written), "it is written in other words than it was read");
        return true;
    }
}
