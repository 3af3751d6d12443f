using CsCheck;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Tests.Wire;

/// <summary>Random steps of every kind.</summary>
internal static class SamplePlans
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char['!', 'ſ'], 0, 20];
    private static readonly Gen<string[]> Texts = Text.Array[0, 5];
    private static readonly Gen<string> Path = Gen.String[Gen.Char['a', 'z'], 1, 8].Array[1, 4].Select(parts => "/" + string.Join('/', parts));
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 64];
    private static readonly Gen<PlanFd> Fd = Gen.OneOf<PlanFd>(
        Path.Select(path => (PlanFd)new PathFd(path, PlanFdAccess.Read)),
        Gen.Int[3, 9].Select(number => (PlanFd)new InheritedFd(number)),
        Gen.Enum<PlanFdRole>().Select(role => (PlanFd)new RoleFd(role)));
    private static readonly Gen<PlanFd?> MaybeFd = Gen.Null(Fd);
    private static readonly Gen<Propagation> Propagations = Gen.Enum<Propagation>();
    private static readonly Gen<MountAttributes> Attributes = Gen.Enum<MountAttributes>();

    private static readonly Gen<LaunchStep>[] Kinds =
    [
        Gen.Select(Text, Fd, MaybeFd, MaybeFd, Gen.Long[0, long.MaxValue], Gen.Int[1, 9]).Select((name, directory, log, oom, size, files) =>
            (LaunchStep)new SuperviseStep { ExitRecord = name, Directory = directory, Log = log, LogName = "log" + name, LogLimit = new LogLimit(size, files), Stdout = log, OomFile = oom }),
        Gen.Select(Gen.Enum<CloneBits>(), Fd).Select((bits, fd) => (LaunchStep)new JoinNamespaceStep { Namespaces = bits, Target = fd }),
        Gen.Enum<CloneBits>().Select(bits => (LaunchStep)new UnshareStep { Namespaces = bits }),
        Text.Select(text => (LaunchStep)new TimeOffsetsStep { Text = text }),
        Gen.Enum<AwaitReason>().Select(reason => (LaunchStep)new AwaitStep { Reason = reason }),
        Gen.Const((LaunchStep)new BecomeRootStep()),
        Gen.Select(Gen.Enum<CloneBits>(), MaybeFd).Select((bits, fd) => (LaunchStep)new CloneStep { Flags = bits, Cgroup = fd }),
        Fd.Select(fd => (LaunchStep)new JoinCgroupStep { File = fd }),
        Gen.Const((LaunchStep)new SetSidStep()),
        Gen.Const((LaunchStep)new OpenSourcesStep()),
        Gen.Const((LaunchStep)new ChangeStep()),
        Gen.Select(Path, Gen.Int[0, 9]).Select((target, of) => (LaunchStep)new AttachStep { Target = target, Of = of }),
        Gen.Select(Path, Gen.Int[0, 9], Attributes).Select((target, of, attributes) => (LaunchStep)new AttributesStep { Target = target, Of = of, Set = attributes, Clear = attributes }),
        Gen.Select(Path, Gen.Bool).Select((target, look) => (LaunchStep)new UnmountStep { Target = target, LookOnly = look }),
        Gen.Const((LaunchStep)new CommitStep()),
        Gen.Select(Text, Gen.Bool).Select((text, widen) => (LaunchStep)new KeyringStep { Keyring = text, WidenSearch = widen }),
        Gen.Const((LaunchStep)new LoopbackUpStep()),
        Propagations.Select(propagation => (LaunchStep)new RootPropagationStep { Propagation = propagation }),
        Gen.Select(Path, Gen.Bool, Gen.Bool).Select((path, joined, isolate) => (LaunchStep)new OpenRootStep { Path = path, Joined = joined, Plain = !joined && isolate, IsolateParent = isolate }),
        Gen.Const((LaunchStep)new OpenDevNullStep()),
        Gen.Select(Text, Texts, Path, Attributes, Propagations, Gen.Bool).Select((type, data, target, attributes, propagation, flag) =>
            (LaunchStep)new MountStep { FilesystemType = type, Data = data, Target = target, Attributes = attributes, Propagation = propagation, KeepMode = flag, OnProc = flag, Source = flag ? type : null }),
        Gen.Select(Path, Path, Attributes, Propagations, Gen.Bool, Gen.Bool).Select((source, target, attributes, propagation, a, b) =>
            (LaunchStep)new BindStep { Source = source, Target = target, Set = attributes, Propagation = propagation, Recursive = a, RecursiveAttributes = b, OnProc = a, SourceMustBeProc = b, RealTarget = a }),
        Gen.Select(Path, Attributes, Attributes, Texts, Gen.Bool).Select((target, set, clear, data, recursive) => (LaunchStep)new SetAttributesStep { Target = target, Set = set, Clear = clear, Data = data, Recursive = recursive }),
        Gen.Select(Path, Gen.UInt[0, 0x1ff]).Select((path, mode) => (LaunchStep)new MakeDirectoryStep { Path = path, Mode = mode }),
        Gen.Select(Path, Gen.UInt, Gen.UInt).Select((path, mode, number) => (LaunchStep)new MakeNodeStep { Path = path, Mode = mode, Major = number, Minor = number, BindFallback = true }),
        Gen.Select(Path, Text).Select((path, text) => (LaunchStep)new SymlinkStep { Path = path, Text = text }),
        Path.Select(path => (LaunchStep)new UnlinkStep { Path = path }),
        Gen.Select(Gen.UInt, MaybeFd, Gen.Bool).Select((number, fd, node) => (LaunchStep)new ConsoleStep { Rows = number, Uid = number, Socket = fd, ConsoleNode = node }),
        Gen.Bool.Select(move => (LaunchStep)new PivotRootStep { MoveAndChroot = move, ChrootOnly = !move }),
        Gen.Const((LaunchStep)new RootReadonlyStep()),
        Text.Select(text => (LaunchStep)new HostnameStep { Hostname = text }),
        Text.Select(text => (LaunchStep)new DomainnameStep { Domainname = text }),
        Gen.Select(Path, Text).Select((path, text) => (LaunchStep)new SysctlStep { Path = path, Value = text }),
        Path.Select(path => (LaunchStep)new ReadonlyPathStep { Path = path, IgnoreMissing = true }),
        Path.Select(path => (LaunchStep)new MaskStep { Path = path, IgnoreMissing = true }),
        Gen.Int[-1000, 1000].Select(score => (LaunchStep)new OomScoreStep { Score = score, WarnOnly = true }),
        Gen.Select(Text, Text).Select((text, attribute) => (LaunchStep)new AttrExecStep { Text = text, Attribute = attribute }),
        Gen.Select(Gen.Int[0, 15], Gen.ULong, Gen.ULong).Select((resource, soft, hard) => (LaunchStep)new RlimitStep { Type = "RLIMIT", Resource = resource, Soft = soft, Hard = hard }),
        Gen.Select(Gen.Int[-20, 19], Gen.UInt, Gen.ULong).Select((nice, priority, time) => (LaunchStep)new SchedulerStep { Policy = "SCHED", PolicyNumber = 6, Nice = nice, Priority = priority, Runtime = time }),
        Gen.UInt.Select(value => (LaunchStep)new IoPriorityStep { Class = "IOPRIO", Value = value }),
        Bytes.Select(mask => (LaunchStep)new AffinityStep { Cpus = "0", Mask = mask }),
        Gen.Select(Gen.UInt, Bytes).Select((mode, mask) => (LaunchStep)new MemoryPolicyStep { Mode = "MPOL", ModeFlags = mode, Mask = mask }),
        Gen.UInt.Select(value => (LaunchStep)new PersonalityStep { Domain = "LINUX", Value = value }),
        Gen.Const((LaunchStep)new NoNewPrivilegesStep()),
        Gen.ULong.Select(keep => (LaunchStep)new CapBoundingStep { Keep = keep }),
        Gen.Select(Gen.UInt, Gen.Null(Gen.UInt.Array[0, 8])).Select((id, groups) => (LaunchStep)new UserStep { Uid = id, Gid = id, Groups = groups, Umask = 18, OwnStdio = true }),
        Gen.Select(Gen.ULong, Gen.ULong).Select((a, b) => (LaunchStep)new CapabilitiesStep { Effective = a, Permitted = b, Inheritable = a, Ambient = b }),
        Gen.Select(Path, Gen.Enum<ChdirTry>(), Gen.Bool).Select((path, number, make) => (LaunchStep)new ChdirStep { Path = path, Try = number, Make = make }),
        Gen.Select(Text, Text).Select((program, path) => (LaunchStep)new LookupStep { Program = program, SearchPath = path }),
        Gen.Select(Bytes, Gen.UInt).Select((filter, flags) => (LaunchStep)new SeccompStep { Filter = filter, Flags = flags }),
        Gen.Const((LaunchStep)new ReadyStep()),
        MaybeFd.Select(fd => (LaunchStep)new GateStep { Socket = fd }),
        Gen.Select(Path, Texts, Gen.Null(Texts), Fd, MaybeFd, MaybeFd).Select((path, args, env, fd, stdout, stderr) =>
            (LaunchStep)new HookStep { Path = path, Args = args, Env = env, State = fd, Output = fd, Stdout = stdout, Stderr = stderr }),
        Gen.Select(Fd, Gen.Int[3, 9]).Select((fd, number) => (LaunchStep)new KeepFdStep { Fd = fd, Number = number }),
        Gen.Select(Text.Array[1, 5], Texts, Gen.Bool).Select((args, env, listen) => (LaunchStep)new ExecStep { Args = args, Env = env, PatchListenPid = listen }),
        Gen.Select(Text, MaybeFd, Texts, Gen.Int[1, 64], Gen.Int[0, 60_000], Gen.Bool).Select((name, root, cgroups, signal, patience, stays) =>
            (LaunchStep)new LeashStep { Directory = name, Root = root, Cgroups = cgroups, Signal = signal, Patience = TimeSpan.FromMilliseconds(patience), DirectoryStays = stays }),
        Gen.Select(Path, Text.Array[1, 5], Texts, MaybeFd).Select((program, args, env, mounts) => (LaunchStep)new RestoreStep { Program = program, Args = args, Env = env, Mounts = mounts }),
    ];

    /// <summary>One step of each kind, in the order of the kinds.</summary>
    public static Gen<LaunchPlan> OfEveryKind { get; } = Kinds.Aggregate(
        Gen.Const(new List<LaunchStep>()), (list, kind) => Gen.Select(list, kind).Select((steps, step) => new List<LaunchStep>(steps) { step })).Select(steps => new LaunchPlan(steps));

    /// <summary>Any steps in any order.</summary>
    public static Gen<LaunchPlan> Any { get; } = Gen.OneOf(Kinds).List[0, 12].Select(steps => new LaunchPlan(steps));
}
