using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Tests.Wire;

/// <summary>The fields of each step: the comments of wire.h, written down a second time.</summary>
internal sealed class ExpectedFields(IReadOnlyList<PlanFd> slots)
{
    /// <summary>What the image must hold of a step.</summary>
    public WireStep Of(LaunchStep step)
    {
        WireStep fields = step switch
        {
            SuperviseStep s => Fields(StepKind.Supervise, fd: s.Directory, n: [Slot(s.Log), Slot(s.Stdout), Slot(s.Stderr), Slot(s.OomFile), Slot(s.Console)],
                s: [s.ExitRecord, s.LogName, Words(s.LogLimit.MaxSize == LogLimit.NoLimit ? 0 : (ulong)s.LogLimit.MaxSize, (ulong)s.LogLimit.MaxFiles)]),
            LeashStep s => Fields(StepKind.Leash, fd: s.Root, s: [s.Directory, s.Cgroups], n: [(ulong)s.Signal, (ulong)s.Patience.TotalMilliseconds, One(s.DirectoryStays)]),
            RestoreStep s => Fields(StepKind.Restore, fd: s.Mounts, s: [s.Program, s.Args, s.Env]),
            JoinNamespaceStep s => Fields(StepKind.JoinNs, fd: s.Target, n: [(ulong)s.Namespaces]),
            UnshareStep s => Fields(StepKind.Unshare, n: [(ulong)s.Namespaces]),
            TimeOffsetsStep s => Fields(StepKind.TimeOffsets, s: [s.Text]),
            AwaitStep s => Fields(StepKind.Await, n: [(ulong)s.Reason]),
            OpenSourcesStep => Fields(StepKind.Sources),
            BecomeRootStep => Fields(StepKind.BecomeRoot),
            CloneStep s => Fields(StepKind.Clone, fd: s.Cgroup, n: [(ulong)s.Flags]),
            JoinCgroupStep s => Fields(StepKind.JoinCgroup, fd: s.File),
            SetSidStep => Fields(StepKind.Setsid),
            KeyringStep s => Fields(StepKind.Keyring, s: [s.Keyring], n: [One(s.WidenSearch)]),
            LoopbackUpStep => Fields(StepKind.LoopbackUp),
            HostnameStep s => Fields(StepKind.Hostname, s: [s.Hostname]),
            DomainnameStep s => Fields(StepKind.Domainname, s: [s.Domainname]),
            SysctlStep s => Fields(StepKind.Sysctl, s: [s.Path, s.Value]),

            RootPropagationStep s => Fields(StepKind.RootPropagation, n: [(ulong)s.Propagation]),
            OpenDevNullStep => Fields(StepKind.OpenDevnull),
            OpenRootStep s => Fields(StepKind.OpenRoot, s: [s.Path], n: [0, s.Plain ? 2 : One(s.Joined), One(s.IsolateParent)]),
            PivotRootStep s => Fields(StepKind.PivotRoot, n: [s.ChrootOnly ? 2 : One(s.MoveAndChroot), (ulong)s.OldRoot]),
            RootReadonlyStep => Fields(StepKind.RootReadonly),
            ReadonlyPathStep s => Fields(StepKind.ReadonlyPath, s: [InRoot(s.Path)]),
            MaskStep s => Fields(StepKind.Mask, s: [InRoot(s.Path)]),
            MountStep s => Fields(StepKind.Mount, StepBits.Mkdir | If(s.RealTarget, StepBits.RealTop) | If(s.OnProc, StepBits.OnProc),
                s: [s.FilesystemType, NullIfEmpty(s.Data), s.Source, InRoot(s.Target)], n: [(ulong)s.Attributes, 0, (ulong)s.Propagation, One(s.KeepMode), One(s.CopyUp)]),
            BindStep s => Fields(StepKind.Bind, FlagsOf(s), s.IdMapped, [s.Source, InRoot(s.Target)],
                [(ulong)s.Set, (ulong)s.Clear, (ulong)s.Propagation, (ulong)s.ClearUnlessLocked, One(s.RecursiveIdMap)]),
            SetAttributesStep s => Fields(StepKind.Setattr, If(s.Recursive, StepBits.AttrRecursive), s: [InRoot(s.Target), NullIfEmpty(s.Data)],
                n: [(ulong)s.Set, (ulong)s.Clear, (ulong)s.Propagation]),
            MakeDirectoryStep s => Fields(StepKind.Mkdir, s: [InRoot(s.Path)], n: [s.Mode]),
            MakeNodeStep s => Fields(StepKind.Mknod, If(s.BindFallback, StepBits.BindFallback) | If(s.RealDirectory, StepBits.RealTop), s: [InRoot(s.Path)],
                n: [s.Mode, s.Major, s.Minor, s.Uid, s.Gid]),
            SymlinkStep s => Fields(StepKind.Symlink, If(s.RealDirectory, StepBits.RealTop), s: [InRoot(s.Path), s.Text]),
            UnlinkStep s => Fields(StepKind.Unlink, If(s.RealDirectory, StepBits.RealTop), s: [InRoot(s.Path)]),
            ConsoleStep s => Fields(StepKind.Console, StepBits.RealTop | If(!s.ConsoleNode, StepBits.NoConsoleNode), s.Socket,
                ["dev/pts/ptmx", "dev/console"], [s.Rows, s.Columns, s.Uid, uint.MaxValue, One(s.KeepNewlines)]),

            ChangeStep => Fields(StepKind.Change),
            AttachStep s => Fields(StepKind.Attach, n: [(ulong)s.Of]),
            AttributesStep s => Fields(StepKind.Attributes, If(s.Recursive, StepBits.AttrRecursive), n: [(ulong)s.Of, (ulong)s.Set, (ulong)s.Clear]),
            UnmountStep s => Fields(StepKind.Unmount, s: [InRoot(s.Target)], n: [One(s.LookOnly)]),
            CommitStep => Fields(StepKind.Commit),

            OomScoreStep s => Fields(StepKind.OomScore, n: [(ulong)(long)s.Score]),
            RlimitStep s => Fields(StepKind.Rlimit, n: [(ulong)s.Resource, s.Soft, s.Hard]),
            SchedulerStep s => Fields(StepKind.Scheduler, s: [s is { Runtime: 0, Deadline: 0, Period: 0 } ? null : Words(s.Runtime, s.Deadline, s.Period)],
                n: [s.PolicyNumber, s.Flags, BitConverter.ToUInt64([.. BitConverter.GetBytes(s.Nice), .. BitConverter.GetBytes(s.Priority)])]),
            IoPriorityStep s => Fields(StepKind.Ioprio, n: [s.Value]),
            AffinityStep s => Fields(StepKind.Affinity, s: [s.Mask.ToArray()]),
            MemoryPolicyStep s => Fields(StepKind.Mempolicy, s: [s.Mask.IsEmpty ? null : s.Mask.ToArray()], n: [s.ModeFlags, s.Mask.IsEmpty ? 0 : 1 + (8 * (ulong)s.Mask.Length)]),
            PersonalityStep s => Fields(StepKind.Personality, n: [s.Value]),
            AttrExecStep s => Fields(StepKind.AttrExec, s: [s.Text, s.Attribute]),
            NoNewPrivilegesStep => Fields(StepKind.NoNewPrivs),
            CapBoundingStep s => Fields(StepKind.CapBounding, n: [s.Keep]),
            UserStep s => Fields(StepKind.User, s: [s.Groups?.SelectMany(BitConverter.GetBytes).ToArray()], n: [s.Uid, s.Gid, s.Umask, One(s.OwnStdio)]),
            CapabilitiesStep s => Fields(StepKind.Caps, n: [s.Effective, s.Permitted, s.Inheritable, s.Ambient]),
            SeccompStep s => Fields(StepKind.Seccomp, s: [s.Filter.ToArray()], n: [s.Flags]),
            ChdirStep s => Fields(StepKind.Chdir, StepBits.CheckCwd | If(s.Make, StepBits.Mkdir), s: [s.Path], n: [(ulong)s.Try]),
            LookupStep s => Fields(StepKind.Lookup, s: [s.Program, s.SearchPath]),
            ReadyStep => Fields(StepKind.Ready),
            GateStep s => Fields(StepKind.Gate, fd: s.Socket, n: [One(s.Socket is not null)]),
            HookStep s => Fields(StepKind.Hook, fd: s.State, s: [s.Path, s.Args, s.Env], n: [s.Timeout, One(s.IsStartContainer), Slot(s.Output), Slot(s.Stdout), Slot(s.Stderr)]),
            KeepFdStep s => Fields(StepKind.KeepFd, fd: s.Fd, n: [(ulong)s.Number]),
            ExecStep s => Fields(StepKind.Exec, s: [s.Args, s.Env], n: [One(s.PatchListenPid)]),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Name),
        };
        return fields with { Bits = fields.Bits | If(step.IgnoreMissing, StepBits.IgnoreEnoent) | If(step.WarnOnly, StepBits.Warn) };
    }

    private static StepBits FlagsOf(BindStep s) => StepBits.Mkdir | StepBits.Mkfile
        | If(s.RealTarget, StepBits.RealTop) | If(s.Recursive, StepBits.Recursive) | If(s.RecursiveAttributes, StepBits.AttrRecursive) | If(s.SourceMustBeProc, StepBits.SourceProc)
        | If(s.OnProc, StepBits.OnProc) | If(s.SourceNoFollow, StepBits.SrcNofollow) | If(s.TargetNoFollow, StepBits.TargetNofollow);

    private WireStep Fields(StepKind kind, StepBits flags = StepBits.None, PlanFd? fd = null, object?[]? s = null, ulong[]? n = null)
    {
        s ??= [];
        n ??= [];
        Array.Resize(ref s, WireFormat.StringCount);
        Array.Resize(ref n, WireFormat.NumberCount);
        return new WireStep { Kind = kind, Bits = flags, Fd = (int)(long)Slot(fd), S = s, N = n };
    }

    private ulong Slot(PlanFd? fd) => fd is null ? ulong.MaxValue : (ulong)slots.ToList().IndexOf(fd);

    private static ulong One(bool value) => value ? 1u : 0u;

    private static StepBits If(bool condition, StepBits flag) => condition ? flag : StepBits.None;

    private static string InRoot(string path) => path.TrimStart('/') is { Length: > 0 } below ? below : ".";

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> list) => list.Count == 0 ? null : list;

    private static byte[] Words(params ulong[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
