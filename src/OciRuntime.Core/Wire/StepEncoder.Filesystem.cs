using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

internal static partial class StepEncoder
{
    private static bool EncodeFilesystem(ImageWriter writer, LaunchStep step)
    {
        switch (step)
        {
            case RootPropagationStep s:
                writer.Begin(s, StepKind.RootPropagation);
                writer.Number(0, (ulong)s.Propagation);
                return true;
            case OpenDevNullStep s:
                writer.Begin(s, StepKind.OpenDevnull);
                return true;
            case OpenRootStep s:
                writer.Begin(s, StepKind.OpenRoot);
                writer.Text(0, s.Path);
                writer.Number(1, s.Plain ? 2ul : s.Joined ? 1ul : 0);
                writer.Number(2, s.IsolateParent ? 1ul : 0);
                return true;
            case PivotRootStep s:
                writer.Begin(s, StepKind.PivotRoot);
                writer.Number(0, s.ChrootOnly ? 2ul : s.MoveAndChroot ? 1ul : 0);
                writer.Number(1, (ulong)s.OldRoot);
                return true;
            case RootReadonlyStep s:
                writer.Begin(s, StepKind.RootReadonly);
                return true;
            case ReadonlyPathStep s:
                writer.Begin(s, StepKind.ReadonlyPath);
                writer.RootPath(0, s.Path);
                return true;
            case MaskStep s:
                writer.Begin(s, StepKind.Mask);
                writer.RootPath(0, s.Path);
                return true;
            case MountStep s:
                writer.Begin(s, StepKind.Mount, StepBits.Mkdir | RealTop(s.RealTarget) | (s.OnProc ? StepBits.OnProc : 0));
                writer.Text(0, s.FilesystemType);
                if (s.Data.Count > 0)
                    writer.List(1, s.Data);
                writer.Text(2, s.Source);
                writer.RootPath(3, s.Target);
                writer.Number(0, (ulong)s.Attributes);
                writer.Number(2, (ulong)s.Propagation);
                writer.Number(3, s.KeepMode ? 1ul : 0);
                writer.Number(4, s.CopyUp ? 1ul : 0);
                return true;
            case BindStep s:
                writer.Begin(s, StepKind.Bind, BitsOf(s), s.IdMapped);
                writer.Text(0, s.Source);
                writer.RootPath(1, s.Target);
                writer.Number(0, (ulong)s.Set);
                writer.Number(1, (ulong)s.Clear);
                writer.Number(2, (ulong)s.Propagation);
                writer.Number(3, (ulong)s.ClearUnlessLocked);
                writer.Number(4, s.RecursiveIdMap ? 1ul : 0);
                return true;
            case SetAttributesStep s:
                writer.Begin(s, StepKind.Setattr, s.Recursive ? StepBits.AttrRecursive : 0);
                writer.RootPath(0, s.Target);
                if (s.Data.Count > 0)
                    writer.List(1, s.Data);
                writer.Number(0, (ulong)s.Set);
                writer.Number(1, (ulong)s.Clear);
                writer.Number(2, (ulong)s.Propagation);
                return true;
            case MakeDirectoryStep s:
                writer.Begin(s, StepKind.Mkdir);
                writer.RootPath(0, s.Path);
                writer.Number(0, s.Mode);
                return true;
            case MakeNodeStep s:
                writer.Begin(s, StepKind.Mknod, (s.BindFallback ? StepBits.BindFallback : 0) | RealTop(s.RealDirectory));
                writer.RootPath(0, s.Path);
                writer.Number(0, s.Mode);
                writer.Number(1, s.Major);
                writer.Number(2, s.Minor);
                writer.Number(3, s.Uid);
                writer.Number(4, s.Gid);
                return true;
            case SymlinkStep s:
                writer.Begin(s, StepKind.Symlink, RealTop(s.RealDirectory));
                writer.RootPath(0, s.Path);
                writer.Text(1, s.Text);
                return true;
            case UnlinkStep s:
                writer.Begin(s, StepKind.Unlink, RealTop(s.RealDirectory));
                writer.RootPath(0, s.Path);
                return true;
            case ConsoleStep s:
                writer.Begin(s, StepKind.Console, (s.ConsoleNode ? 0 : StepBits.NoConsoleNode) | StepBits.RealTop, s.Socket);
                writer.RootPath(0, ConsoleStep.Multiplexer);
                writer.RootPath(1, ConsoleStep.Node);
                writer.Number(0, s.Rows);
                writer.Number(1, s.Columns);
                writer.Number(2, s.Uid);
                writer.Number(3, uint.MaxValue);
                writer.Number(4, s.KeepNewlines ? 1ul : 0);
                return true;
            default:
                return false;
        }
    }

    private static StepBits RealTop(bool real) => real ? StepBits.RealTop : 0;

    private static StepBits BitsOf(BindStep step)
    {
        StepBits bits = StepBits.Mkdir | StepBits.Mkfile | RealTop(step.RealTarget);
        if (step.Recursive)
            bits |= StepBits.Recursive;
        if (step.RecursiveAttributes)
            bits |= StepBits.AttrRecursive;
        if (step.SourceMustBeProc)
            bits |= StepBits.SourceProc;
        if (step.OnProc)
            bits |= StepBits.OnProc;
        if (step.SourceNoFollow)
            bits |= StepBits.SrcNofollow;
        if (step.TargetNoFollow)
            bits |= StepBits.TargetNofollow;
        return bits;
    }
}
