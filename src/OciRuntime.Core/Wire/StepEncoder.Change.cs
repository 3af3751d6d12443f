using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

internal static partial class StepEncoder
{
    private static bool EncodeChange(ImageWriter writer, LaunchStep step)
    {
        switch (step)
        {
            case ChangeStep s:
                writer.Begin(s, StepKind.Change);
                return true;
            case AttachStep s:
                writer.Begin(s, StepKind.Attach);
                writer.Number(0, (ulong)s.Of);
                return true;
            case AttributesStep s:
                writer.Begin(s, StepKind.Attributes, s.Recursive ? StepBits.AttrRecursive : 0);
                writer.Number(0, (ulong)s.Of);
                writer.Number(1, (ulong)s.Set);
                writer.Number(2, (ulong)s.Clear);
                return true;
            case UnmountStep s:
                writer.Begin(s, StepKind.Unmount);
                writer.RootPath(0, s.Target);
                writer.Number(0, s.LookOnly ? 1ul : 0);
                return true;
            case CommitStep s:
                writer.Begin(s, StepKind.Commit);
                return true;
            default:
                return false;
        }
    }
}
