using System.Buffers.Binary;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

internal static partial class StepEncoder
{
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
                writer.Slot(2, s.Output);
                writer.Slot(3, s.Stdout);
                writer.Slot(4, s.Stderr);
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
