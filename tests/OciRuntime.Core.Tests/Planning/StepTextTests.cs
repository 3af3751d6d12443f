using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>What people read of a step: everything that its fields say, and nothing that they don't.</summary>
public sealed class StepTextTests
{
    private static readonly IdMapsFd s_maps = new([new() { ContainerID = 1000, HostID = 0, Size = 1 }], [new() { ContainerID = 5, HostID = 6, Size = 7 }, new() { ContainerID = 8, HostID = 9, Size = 10 }], null, "/mounts/0");

    [Fact]
    public void AScheduler() => Same(
        ("scheduler SCHED_OTHER", Scheduler("SCHED_OTHER")),
        ("scheduler SCHED_FIFO priority 5", Scheduler("SCHED_FIFO") with { Priority = 5 }),
        ("scheduler SCHED_BATCH nice -7", Scheduler("SCHED_BATCH") with { Nice = -7 }),
        // The nice value counts for the policies without a priority only (sched_setattr(2)).
        ("scheduler SCHED_RR priority 1", Scheduler("SCHED_RR") with { Priority = 1, Nice = 3 }),
        ("scheduler SCHED_DEADLINE runtime 1 deadline 2 period 3", Scheduler("SCHED_DEADLINE") with { Runtime = 1, Deadline = 2, Period = 3 }),
        ("scheduler SCHED_DEADLINE runtime 4 deadline 0 period 0", Scheduler("SCHED_DEADLINE") with { Runtime = 4 }),
        ("scheduler SCHED_DEADLINE runtime 0 deadline 4 period 0", Scheduler("SCHED_DEADLINE") with { Deadline = 4 }),
        ("scheduler SCHED_DEADLINE runtime 0 deadline 0 period 4", Scheduler("SCHED_DEADLINE") with { Period = 4 }),
        ("scheduler SCHED_DEADLINE nice 2 runtime 1 deadline 1 period 1", Scheduler("SCHED_DEADLINE") with { Nice = 2, Runtime = 1, Deadline = 1, Period = 1 }));

    [Fact]
    public void ANode() => Same(
        ("mknod /dev/null c 1:3 0666", new MakeNodeStep { Path = "/dev/null", Mode = 0x21b6, Major = 1, Minor = 3 }),
        ("mknod /dev/loop0 b 7:0 0660 0:6", new MakeNodeStep { Path = "/dev/loop0", Mode = 0x61b0, Major = 7, Gid = 6 }),
        ("mknod /dev/a c 0:4 0600 5:0", new MakeNodeStep { Path = "/dev/a", Mode = 0x2180, Minor = 4, Uid = 5 }),
        ("mknod /run/pipe p 0644", new MakeNodeStep { Path = "/run/pipe", Mode = 0x11a4, Major = 9, Minor = 9 }),
        ("mknod /run/all p 07777 1:2", new MakeNodeStep { Path = "/run/all", Mode = 0x1fff, Uid = 1, Gid = 2 }));

    [Fact]
    public void ASupervisor() => Same(
        ("supervise exit.json stdout and stderr to the log (2 of 8388608 bytes)", ConsolePlanner.Supervisor(LogLimit.Default, null, terminal: false, readsTerminal: false)),
        ("supervise exit.json stdout and stderr to the log", ConsolePlanner.Supervisor(new(LogLimit.NoLimit, 2), null, terminal: false, readsTerminal: false)),
        ("supervise exit.json terminal to the log (3 of 65536 bytes) oom kills of /c1/memory.events", ConsolePlanner.Supervisor(new(LogLimit.LeastSize, 3), "/c1/memory.events", terminal: true, readsTerminal: true)),
        // The caller has the terminal.
        ("supervise exit.json nothing to the log", ConsolePlanner.Supervisor(LogLimit.Default, null, terminal: true, readsTerminal: false)));

    [Fact]
    public void ALeash() => Same(
        ("leash process signal 15 then SIGKILL after 10000 ms", new LeashStep { Signal = 15, Patience = TimeSpan.FromSeconds(10) }),
        ("leash c1 signal 2 then SIGKILL after 500 ms directory stays", new LeashStep { Directory = "c1", Signal = 2, Patience = TimeSpan.FromSeconds(0.5), DirectoryStays = true }));

    [Fact]
    public void ABind() => Same(
        ("bind /b from /a", new BindStep { Source = "/a", Target = "/b" }),
        ("bind /b rbind from /a rslave", new BindStep { Source = "/a", Target = "/b", Recursive = true, Propagation = Propagation.MS_SLAVE | Propagation.MS_REC }),
        ("bind /b from /a ro,suid", new BindStep { Source = "/a", Target = "/b", Set = MountAttributes.MOUNT_ATTR_RDONLY, Clear = MountAttributes.MOUNT_ATTR_NOSUID }),
        ("bind /b rbind from /a rro,private", new BindStep { Source = "/a", Target = "/b", Recursive = true, RecursiveAttributes = true, Set = MountAttributes.MOUNT_ATTR_RDONLY, Propagation = Propagation.MS_PRIVATE }),
        ("bind /b from /a id-mapped uids 1000:0:1 gids 5:6:7+8:9:10", new BindStep { Source = "/a", Target = "/b", IdMapped = s_maps }),
        ("bind /b from /a nodev id-mapped /proc/7/ns/user", new BindStep { Source = "/a", Target = "/b", Set = MountAttributes.MOUNT_ATTR_NODEV, IdMapped = s_maps with { UserNamespace = "/proc/7/ns/user" } }));

    [Fact]
    public void AMount() => Same(
        ("mount /proc proc", new MountStep { Target = "/proc", FilesystemType = "proc" }),
        ("mount /t tmpfs mode=755", new MountStep { Target = "/t", FilesystemType = "tmpfs", Data = ["mode=755"] }),
        ("mount /t tmpfs tmpcopyup", new MountStep { Target = "/t", FilesystemType = "tmpfs", CopyUp = true }),
        ("mount /t tmpfs ro,noexec,mode=755,size=1m,rshared,tmpcopyup", new MountStep
        {
            Target = "/t",
            FilesystemType = "tmpfs",
            Attributes = MountAttributes.MOUNT_ATTR_NOEXEC | MountAttributes.MOUNT_ATTR_RDONLY,
            Data = ["mode=755", "size=1m"],
            Propagation = Propagation.MS_SHARED | Propagation.MS_REC,
            CopyUp = true,
        }));

    [Fact]
    public void AChangeOfAttributes() => Same(
        ("setattr /a ro", new SetAttributesStep { Target = "/a", Set = MountAttributes.MOUNT_ATTR_RDONLY }),
        ("setattr /a rrw,size=1m,nr_inodes=5,slave", new SetAttributesStep { Target = "/a", Clear = MountAttributes.MOUNT_ATTR_RDONLY, Recursive = true, Data = ["size=1m", "nr_inodes=5"], Propagation = Propagation.MS_SLAVE }),
        ("attributes /a ro", new AttributesStep { Target = "/a", Of = 0, Set = MountAttributes.MOUNT_ATTR_RDONLY }),
        ("attributes /a rro,rdev", new AttributesStep { Target = "/a", Of = 0, Set = MountAttributes.MOUNT_ATTR_RDONLY, Clear = MountAttributes.MOUNT_ATTR_NODEV, Recursive = true }),
        ("unmount /a", new UnmountStep { Target = "/a" }),
        ("unmount /a look", new UnmountStep { Target = "/a", LookOnly = true }));

    [Fact]
    public void AConsole() => Same(
        ("console /dev/pts/ptmx master to the runtime", new ConsoleStep()),
        ("console /dev/pts/ptmx master to the console socket 80x24", new ConsoleStep { Socket = new RoleFd(PlanFdRole.ConsoleSocket), Columns = 80, Rows = 24 }),
        ("console /dev/pts/ptmx master to the supervisor", new ConsoleStep { Socket = new RoleFd(PlanFdRole.SupervisorConsoleWriter) }));

    [Fact]
    public void ARoot() => Same(
        ("open_root /r", new OpenRootStep { Path = "/r" }),
        ("open_root /r no mount", new OpenRootStep { Path = "/r", Plain = true }),
        ("open_root /r parent mount private", new OpenRootStep { Path = "/r", IsolateParent = true }),
        ("pivot_root /", new PivotRootStep { OldRoot = Propagation.MS_SLAVE }),
        ("pivot_root / by chroot", new PivotRootStep { ChrootOnly = true }),
        ("pivot_root / by MS_MOVE and chroot", new PivotRootStep { MoveAndChroot = true }));

    [Fact]
    public void AUser() => Same(
        ("user 1:2 umask 022", new UserStep { Uid = 1, Gid = 2, Umask = 0x12, Groups = [] }),
        ("user 0:0 groups kept umask 07", new UserStep { Uid = 0, Gid = 0, Umask = 7 }),
        ("user 0:0 groups 5 umask 077", new UserStep { Uid = 0, Gid = 0, Umask = 0x3f, Groups = [5] }),
        ("user 0:0 groups 5,6 umask 077", new UserStep { Uid = 0, Gid = 0, Umask = 0x3f, Groups = [5, 6] }));

    [Fact]
    public void Capabilities() => Same(
        ("caps none", Caps(0, 0, 0, 0)),
        ("caps CAP_CHOWN", Caps(1, 1, 0, 0)),
        ("caps CAP_CHOWN permitted CAP_CHOWN,CAP_KILL", Caps(1, 0x21, 0, 0)),
        ("caps CAP_CHOWN inheritable CAP_KILL", Caps(1, 1, 0x20, 0)),
        ("caps none permitted CAP_CHOWN inheritable CAP_CHOWN ambient CAP_CHOWN", Caps(0, 1, 1, 1)),
        ("caps CAP_CHOWN inheritable CAP_CHOWN ambient CAP_CHOWN", Caps(1, 1, 1, 1)),
        // Bit 40 is the last that the kernel has: CAP_CHECKPOINT_RESTORE (linux/capability.h).
        ("cap_bounding all", new CapBoundingStep { Keep = (1ul << 41) - 1 }),
        ("cap_bounding CAP_BPF,CAP_CHECKPOINT_RESTORE", new CapBoundingStep { Keep = 3ul << 39 }),
        ("cap_bounding none", new CapBoundingStep { Keep = 0 }));

    [Fact]
    public void AProgram() => Same(
        ("lookup sh in /bin:/usr/bin", new LookupStep { Program = "sh", SearchPath = "/bin:/usr/bin" }),
        ("lookup /bin/sh", new LookupStep { Program = "/bin/sh", SearchPath = "/bin" }),
        ("lookup ./sh", new LookupStep { Program = "./sh", SearchPath = "/bin" }),
        ("exec sh", new ExecStep { Args = ["sh"], Env = [] }),
        ("exec sh -c a b", new ExecStep { Args = ["sh", "-c", "a b"], Env = [] }),
        ("chdir /w", new ChdirStep { Path = "/w" }),
        ("chdir /w before the user changes", new ChdirStep { Path = "/w", Try = ChdirTry.Privileged }),
        ("chdir /w if refused before", new ChdirStep { Path = "/w", Try = ChdirTry.AsUser }),
        ("gate channel", new GateStep()),
        ("gate socket", new GateStep { Socket = new RoleFd(PlanFdRole.Gate) }),
        // struct sock_filter has 8 bytes.
        ("seccomp 3 instructions", new SeccompStep { Filter = new byte[24], Flags = 0 }));

    [Fact]
    public void AHook() => Same(
        ("hook /h createContainer", Hook()),
        ("hook /h startContainer", Hook() with { IsStartContainer = true }),
        ("hook /h createContainer 1>>/out", Hook() with { Stdout = new PathFd("/out", PlanFdAccess.Append) }),
        ("hook /h createContainer 2>>/err", Hook() with { Stderr = new PathFd("/err", PlanFdAccess.Append) }),
        ("hook /h startContainer 1>>/out 2>>/err", Hook() with { IsStartContainer = true, Stdout = new PathFd("/out", PlanFdAccess.Append), Stderr = new PathFd("/err", PlanFdAccess.Append) }));

    [Fact]
    public void WhatIsLimited() => Same(
        // The class is in the upper three of 16 bits (ioprio_set(2)).
        ("ioprio IOPRIO_CLASS_BE 4", new IoPriorityStep { Class = "IOPRIO_CLASS_BE", Value = 0x4004 }),
        ("ioprio IOPRIO_CLASS_IDLE 8191", new IoPriorityStep { Class = "IOPRIO_CLASS_IDLE", Value = 0x7fff }),
        ("rlimit RLIMIT_CPU 1:unlimited", new RlimitStep { Type = "RLIMIT_CPU", Resource = 0, Soft = 1, Hard = ulong.MaxValue }),
        ("mempolicy MPOL_BIND 0-2", new MemoryPolicyStep { Mode = "MPOL_BIND", ModeFlags = 2, Nodes = "0-2" }),
        ("oom_score -5", new OomScoreStep { Score = -5 }));

    [Fact]
    public void ANamespace() => Same(
        ("join_ns network /run/netns/a", new JoinNamespaceStep { Namespaces = CloneBits.CLONE_NEWNET, Target = new PathFd("/run/netns/a", PlanFdAccess.Read) }),
        ("join_ns user,time,pid,mount,network,ipc,uts,cgroup init", new JoinNamespaceStep
        {
            Namespaces = CloneBits.CLONE_NEWUSER | CloneBits.CLONE_NEWTIME | CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWNS | CloneBits.CLONE_NEWNET | CloneBits.CLONE_NEWIPC
                | CloneBits.CLONE_NEWUTS | CloneBits.CLONE_NEWCGROUP,
            Target = new RoleFd(PlanFdRole.InitPidfd),
        }),
        ("time_offsets /proc/self/timens_offsets monotonic 1 2,boottime 3 0", new TimeOffsetsStep { Text = "monotonic 1 2\nboottime 3 0\n" }),
        ("clone process", new CloneStep { Flags = CloneBits.CLONE_PARENT }),
        ("clone process into /c1", new CloneStep { Flags = CloneBits.None, Cgroup = new PathFd("/c1", PlanFdAccess.Path) }),
        ("clone uts", new CloneStep { Flags = CloneBits.CLONE_NEWUTS | CloneBits.CLONE_PARENT }));

    [Fact]
    public void WhatTheRuntimeDoes() => Same(
        ("net_device eth0", new NetDeviceStep { Device = "eth0", Inside = "eth0" }),
        ("net_device veth0 as eth0", new NetDeviceStep { Device = "veth0", Inside = "eth0" }),
        ("state state.json", new StateStep()),
        ("state state.json with the process", new StateStep { WithProcess = true }),
        ("delegate /c1/inner", new DelegateStep { Directory = "/c1/inner" }),
        ("delegate /c1/inner to uid 0", new DelegateStep { Directory = "/c1/inner", Owner = 0 }),
        ("resctrl c1", new ResctrlStep { Id = "c1", Rdt = new() }),
        ("resctrl c1", new ResctrlStep { Id = "c1", Rdt = new() { ClosID = string.Empty } }),
        ("resctrl guaranteed", new ResctrlStep { Id = "c1", Rdt = new() { ClosID = "guaranteed" } }),
        ("id_map uid_map 0 1000 1, 1 100000 65536", new IdMapStep { Mappings = [new() { HostID = 1000, Size = 1 }, new() { ContainerID = 1, HostID = 100000, Size = 65536 }] }),
        ("id_map gid_map 0 0 1", new IdMapStep { IsGroups = true, Mappings = [new() { Size = 1 }] }));

    [Fact]
    public void EveryAttributeHasItsWord()
    {
        foreach ((ulong flag, string on, string off) in (ValueTuple<ulong, string, string>[])
        [
            (0x1, "ro", "rw"), (0x2, "nosuid", "suid"), (0x4, "nodev", "dev"), (0x8, "noexec", "exec"), (0x80, "nodiratime", "diratime"), (0x200000, "nosymfollow", "symfollow"),
            (0x10, "noatime", string.Empty), (0x20, "strictatime", string.Empty),
        ])
        {
            Assert.Equal(on, Attributes(flag, 0));
            Assert.Equal(on, Attributes(flag, flag));
            Assert.Equal("r" + on, FlagText.Attributes((MountAttributes)flag, 0, recursive: true));
            if (off.Length > 0)
                Assert.Equal((off, "r" + off), (Attributes(0, flag), FlagText.Attributes(0, (MountAttributes)flag, recursive: true)));
        }
        // An access time setting is named by what is set; relatime is what is left when the mask is cleared (mount_setattr(2)).
        Assert.Equal(("noatime", "strictatime", "relatime", string.Empty), (Attributes(0x10, 0x70), Attributes(0x20, 0x70), Attributes(0, 0x70), Attributes(0, 0)));
        Assert.Equal("rro,rexec,rrelatime", FlagText.Attributes((MountAttributes)0x1, (MountAttributes)0x78, recursive: true));
    }

    [Fact]
    public void EveryDescriptorOfAStepHasItsName()
    {
        Assert.Equal(("fd 7", "/a"), (FlagText.Fd(new InheritedFd(7)), FlagText.Fd(new PathFd("/a", PlanFdAccess.Read))));
        Assert.Equal(
            ["state directory", "state root", "log", "stdout", "stderr", "supervisor", "supervisor", "console socket", "gate", "state", "output", "init"],
            Enum.GetValues<PlanFdRole>().Select(role => FlagText.Fd(new RoleFd(role))).Where(name => name.Length > 0));
    }

    [Fact]
    public void NothingIsJoinedWithoutASeparatorTooMany()
    {
        Assert.Equal((string.Empty, "a", "b", "a,b"), (FlagText.Join("", ""), FlagText.Join("a", ""), FlagText.Join("", "b"), FlagText.Join("a", "b")));
        Assert.Equal((string.Empty, "a", "b", "a b"), (FlagText.Words("", ""), FlagText.Words("a", ""), FlagText.Words("", "b"), FlagText.Words("a", "b")));
    }

    private static string Attributes(ulong set, ulong clear) => FlagText.Attributes((MountAttributes)set, (MountAttributes)clear, recursive: false);

    private static SchedulerStep Scheduler(string policy) => new() { Policy = policy, PolicyNumber = 0 };

    private static CapabilitiesStep Caps(ulong effective, ulong permitted, ulong inheritable, ulong ambient) => new() { Effective = effective, Permitted = permitted, Inheritable = inheritable, Ambient = ambient };

    private static HookStep Hook() => new() { Path = "/h", Args = ["h"], State = new RoleFd(PlanFdRole.HookState), Output = new RoleFd(PlanFdRole.HookOutput) };

    private static void Same(params (string Text, LaunchStep Step)[] steps) => Assert.All(steps, static step => Assert.Equal(step.Text, step.Step.ToString()));
}
