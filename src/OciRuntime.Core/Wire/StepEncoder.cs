using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Which fields of struct oci_step each kind uses: the one place where steps meet wire.h.</summary>
internal static partial class StepEncoder
{
    public static void Encode(ImageWriter writer, LaunchStep step)
    {
        switch (step)
        {
            case SuperviseStep s:
                writer.Begin(s, StepKind.Supervise, fd: s.Directory);
                writer.Text(0, s.ExitRecord);
                writer.Text(1, s.LogName);
                writer.Bytes(2, [.. BitConverter.GetBytes(Math.Max(s.LogLimit.MaxSize, 0)), .. BitConverter.GetBytes((long)s.LogLimit.MaxFiles)]);
                writer.Slot(0, s.Log);
                writer.Slot(1, s.Stdout);
                writer.Slot(2, s.Stderr);
                writer.Slot(3, s.OomFile);
                writer.Slot(4, s.Console);
                break;
            case LeashStep s:
                writer.Begin(s, StepKind.Leash, fd: s.Root);
                writer.Text(0, s.Directory);
                writer.List(1, s.Cgroups);
                writer.Number(0, (ulong)s.Signal);
                writer.Number(1, (ulong)s.Patience.TotalMilliseconds);
                writer.Number(2, s.DirectoryStays ? 1ul : 0);
                break;
            case RestoreStep s:
                writer.Begin(s, StepKind.Restore, fd: s.Mounts);
                writer.Text(0, s.Program);
                writer.Vector(1, s.Args);
                writer.Vector(2, s.Env);
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
            case OpenSourcesStep s:
                writer.Begin(s, StepKind.Sources);
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
                if (!EncodeFilesystem(writer, step) && !EncodeChange(writer, step) && !EncodeProcess(writer, step))
                    throw new ArgumentOutOfRangeException(nameof(step), step.Name);
                break;
        }
    }
}
