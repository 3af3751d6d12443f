using System.Buffers.Binary;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Which fields of struct oci_step each kind uses: the one place where steps meet wire.h.</summary>
internal static class StepEncoder
{
    public static void Encode(ImageWriter writer, LaunchStep step)
    {
        switch (step)
        {
            case SuperviseStep s:
                writer.Begin(s, StepKind.Supervise, fd: s.Directory);
                writer.Text(0, s.ExitRecord);
                writer.Slot(0, s.Log);
                writer.Slot(1, s.Stdout);
                writer.Slot(2, s.Stderr);
                writer.Slot(3, s.OomFile);
                writer.Slot(4, s.Console);
                break;
            case JoinNamespaceStep s:
                writer.Begin(s, StepKind.JoinNs, fd: s.Target);
                writer.Number(0, (ulong)s.Namespaces);
                break;
            case UnshareStep s:
                writer.Begin(s, StepKind.Unshare);
                writer.Number(0, (ulong)s.Namespaces);
                break;
            case TimeOffsetsStep s:
                writer.Begin(s, StepKind.TimeOffsets);
                writer.Text(0, s.Text);
                break;
            case AwaitStep s:
                writer.Begin(s, StepKind.Await);
                writer.Number(0, (ulong)s.Reason);
                break;
            case BecomeRootStep s:
                writer.Begin(s, StepKind.BecomeRoot);
                break;
            case CloneStep s:
                writer.Begin(s, StepKind.Clone, fd: s.Cgroup);
                writer.Number(0, (ulong)s.Flags);
                break;
            case JoinCgroupStep s:
                writer.Begin(s, StepKind.JoinCgroup, fd: s.File);
                break;
            case SetSidStep s:
                writer.Begin(s, StepKind.Setsid);
                break;
            case KeyringStep s:
                writer.Begin(s, StepKind.Keyring);
                writer.Text(0, s.Keyring);
                writer.Number(0, s.WidenSearch ? 1ul : 0);
                break;
            case LoopbackUpStep s:
                writer.Begin(s, StepKind.LoopbackUp);
                break;
            case HostnameStep s:
                writer.Begin(s, StepKind.Hostname);
                writer.Text(0, s.Hostname);
                break;
            case DomainnameStep s:
                writer.Begin(s, StepKind.Domainname);
                writer.Text(0, s.Domainname);
                break;
            case SysctlStep s:
                writer.Begin(s, StepKind.Sysctl);
                writer.Text(0, s.Path);
                writer.Text(1, s.Value);
                break;
            default:
                if (!EncodeFilesystem(writer, step) && !EncodeProcess(writer, step))
                    throw new ArgumentOutOfRangeException(nameof(step), step.Name);
                break;
        }
    }

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
                writer.Number(1, s.Joined ? 1ul : 0);
                writer.Number(2, s.IsolateParent ? 1ul : 0);
                return true;
            case PivotRootStep s:
                writer.Begin(s, StepKind.PivotRoot);
                writer.Number(0, s.MoveAndChroot ? 1ul : 0);
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
                writer.Begin(s, StepKind.Mount, StepBits.Mkdir | (s.RealTarget ? StepBits.RealTop : 0) | (s.OnProc ? StepBits.OnProc : 0));
                writer.Text(0, s.FilesystemType);
                if (s.Data.Count > 0)
                    writer.List(1, s.Data);
                writer.Text(2, s.Source);
                writer.RootPath(3, s.Target);
                writer.Number(0, (ulong)s.Attributes);
                writer.Number(2, (ulong)s.Propagation);
                writer.Number(3, s.KeepMode ? 1ul : 0);
                return true;
            case BindStep s:
                writer.Begin(s, StepKind.Bind, BitsOf(s));
                writer.Text(0, s.Source);
                writer.RootPath(1, s.Target);
                writer.Number(0, (ulong)s.Set);
                writer.Number(1, (ulong)s.Clear);
                writer.Number(2, (ulong)s.Propagation);
                writer.Slot(3, null);
                return true;
            case SetAttributesStep s:
                writer.Begin(s, StepKind.Setattr, s.Recursive ? StepBits.AttrRecursive : 0);
                writer.RootPath(0, s.Target);
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
                writer.Begin(s, StepKind.Mknod, s.BindFallback ? StepBits.BindFallback : 0);
                writer.RootPath(0, s.Path);
                writer.Number(0, s.Mode);
                writer.Number(1, s.Major);
                writer.Number(2, s.Minor);
                writer.Number(3, s.Uid);
                writer.Number(4, s.Gid);
                return true;
            case SymlinkStep s:
                writer.Begin(s, StepKind.Symlink);
                writer.RootPath(0, s.Path);
                writer.Text(1, s.Text);
                return true;
            case UnlinkStep s:
                writer.Begin(s, StepKind.Unlink);
                writer.RootPath(0, s.Path);
                return true;
            case ConsoleStep s:
                writer.Begin(s, StepKind.Console, s.ConsoleNode ? 0 : StepBits.NoConsoleNode, s.Socket);
                writer.RootPath(0, ConsoleStep.Multiplexer);
                writer.RootPath(1, ConsoleStep.Node);
                writer.Number(0, s.Rows);
                writer.Number(1, s.Columns);
                writer.Number(2, s.Uid);
                writer.Number(3, uint.MaxValue);
                return true;
            default:
                return false;
        }
    }

    private static bool EncodeProcess(ImageWriter writer, LaunchStep step)
    {
        switch (step)
        {
            case OomScoreStep s:
                writer.Begin(s, StepKind.OomScore);
                writer.Number(0, (ulong)(long)s.Score);
                return true;
            case RlimitStep s:
                writer.Begin(s, StepKind.Rlimit);
                writer.Number(0, (ulong)s.Resource);
                writer.Number(1, s.Soft);
                writer.Number(2, s.Hard);
                return true;
            case SchedulerStep s:
                Encode(writer, s);
                return true;
            case IoPriorityStep s:
                writer.Begin(s, StepKind.Ioprio);
                writer.Number(0, s.Value);
                return true;
            case AffinityStep s:
                writer.Begin(s, StepKind.Affinity);
                writer.Bytes(0, s.Mask.Span);
                return true;
            case MemoryPolicyStep s:
                writer.Begin(s, StepKind.Mempolicy);
                writer.Number(0, s.ModeFlags);
                if (!s.Mask.IsEmpty)
                {
                    writer.Bytes(0, s.Mask.Span);
                    // The kernel counts one bit less than it is told (set_mempolicy(2), maxnode).
                    writer.Number(1, ((ulong)s.Mask.Length * 8) + 1);
                }
                return true;
            case PersonalityStep s:
                writer.Begin(s, StepKind.Personality);
                writer.Number(0, s.Value);
                return true;
            case AttrExecStep s:
                writer.Begin(s, StepKind.AttrExec);
                writer.Text(0, s.Text);
                writer.Text(1, s.Attribute);
                return true;
            case NoNewPrivilegesStep s:
                writer.Begin(s, StepKind.NoNewPrivs);
                return true;
            case CapBoundingStep s:
                writer.Begin(s, StepKind.CapBounding);
                writer.Number(0, s.Keep);
                return true;
            case UserStep s:
                Encode(writer, s);
                return true;
            case CapabilitiesStep s:
                writer.Begin(s, StepKind.Caps);
                writer.Number(0, s.Effective);
                writer.Number(1, s.Permitted);
                writer.Number(2, s.Inheritable);
                writer.Number(3, s.Ambient);
                return true;
            case SeccompStep s:
                writer.Begin(s, StepKind.Seccomp);
                writer.Bytes(0, s.Filter.Span);
                writer.Number(0, s.Flags);
                return true;
            case ChdirStep s:
                writer.Begin(s, StepKind.Chdir, StepBits.CheckCwd | (s.Make ? StepBits.Mkdir : 0));
                writer.Text(0, s.Path);
                writer.Number(0, (ulong)s.Try);
                return true;
            case LookupStep s:
                writer.Begin(s, StepKind.Lookup);
                writer.Text(0, s.Program);
                writer.Text(1, s.SearchPath);
                return true;
            case ReadyStep s:
                writer.Begin(s, StepKind.Ready);
                return true;
            case GateStep s:
                writer.Begin(s, StepKind.Gate, fd: s.Socket);
                writer.Number(0, s.Socket is null ? 0ul : 1);
                return true;
            case HookStep s:
                writer.Begin(s, StepKind.Hook, fd: s.State);
                writer.Text(0, s.Path);
                writer.Vector(1, s.Args);
                if (s.Env is not null)
                    writer.Vector(2, s.Env);
                writer.Number(0, s.Timeout);
                writer.Number(1, s.IsStartContainer ? 1ul : 0);
                return true;
            case KeepFdStep s:
                writer.Begin(s, StepKind.KeepFd, fd: s.Fd);
                writer.Number(0, (ulong)s.Number);
                return true;
            case ExecStep s:
                writer.Begin(s, StepKind.Exec);
                writer.Vector(0, s.Args);
                writer.Vector(1, s.Env);
                writer.Number(0, s.PatchListenPid ? 1ul : 0);
                return true;
            default:
                return false;
        }
    }

    private static StepBits BitsOf(BindStep step)
    {
        StepBits bits = StepBits.Mkdir | StepBits.Mkfile;
        if (step.Recursive)
            bits |= StepBits.Recursive;
        if (step.RecursiveAttributes)
            bits |= StepBits.AttrRecursive;
        if (step.RealTarget)
            bits |= StepBits.RealTop;
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

    private static void Encode(ImageWriter writer, SchedulerStep step)
    {
        writer.Begin(step, StepKind.Scheduler);
        writer.Number(0, step.PolicyNumber);
        writer.Number(1, step.Flags);
        writer.Number(2, (uint)step.Nice | ((ulong)step.Priority << 32));
        if ((step.Runtime | step.Deadline | step.Period) == 0)
            return;
        Span<byte> times = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(times, step.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(times[8..], step.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(times[16..], step.Period);
        writer.Bytes(0, times);
    }

    private static void Encode(ImageWriter writer, UserStep step)
    {
        writer.Begin(step, StepKind.User);
        writer.Number(0, step.Uid);
        writer.Number(1, step.Gid);
        writer.Number(2, step.Umask);
        writer.Number(3, step.OwnStdio ? 1ul : 0);
        if (step.Groups is not { } groups)
            return;
        byte[] ids = new byte[groups.Count * 4];
        for (int i = 0; i < groups.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(ids.AsSpan(i * 4), groups[i]);
        writer.Bytes(0, ids);
    }
}
