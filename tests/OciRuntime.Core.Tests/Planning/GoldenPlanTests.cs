using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Whole plans, so that a change of any step is seen and meant.</summary>
public sealed class GoldenPlanTests
{
    private const string Hybrid = """
          0  cgroup           /sys/fs/cgroup/unified/c1 and for cpu,cpuacct,memory,name=systemd
          1  state            state.json
          2  clone            pid,mount,network,ipc,uts into /sys/fs/cgroup/unified/c1 [/linux/namespaces]
          3  state            state.json with the process
          4  join_cgroup      /sys/fs/cgroup/cpu,cpuacct/c1/tasks
          5  join_cgroup      /sys/fs/cgroup/memory/c1/tasks
          6  join_cgroup      /sys/fs/cgroup/systemd/c1/tasks
          7  affinity         all (or warn)
          8  setsid           process
          9  keyring          _ses.c1
         10  loopback_up      lo [/linux/namespaces/1]
         11  root_propagation / rslave
         12  open_root        /bundle/rootfs [/root/path]
         13  open_devnull     /dev/null
         14  mount            /proc proc [/mounts/0]
         15  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         16  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         17  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         18  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         19  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         20  mount            /sys/fs/cgroup tmpfs nosuid,nodev,noexec,mode=755 [/mounts/6]
         21  bind             /sys/fs/cgroup/cpu,cpuacct from /sys/fs/cgroup/cpu,cpuacct/c1 ro,nosuid,nodev,noexec [/mounts/6]
         22  symlink          /sys/fs/cgroup/cpu -> cpu,cpuacct [/mounts/6]
         23  symlink          /sys/fs/cgroup/cpuacct -> cpu,cpuacct [/mounts/6]
         24  bind             /sys/fs/cgroup/memory from /sys/fs/cgroup/memory/c1 ro,nosuid,nodev,noexec [/mounts/6]
         25  bind             /sys/fs/cgroup/systemd from /sys/fs/cgroup/systemd/c1 ro,nosuid,nodev,noexec [/mounts/6]
         26  setattr          /sys/fs/cgroup ro [/mounts/6]
         27  mknod            /dev/null c 1:3 0666
         28  mknod            /dev/zero c 1:5 0666
         29  mknod            /dev/full c 1:7 0666
         30  mknod            /dev/random c 1:8 0666
         31  mknod            /dev/urandom c 1:9 0666
         32  mknod            /dev/tty c 5:0 0666
         33  symlink          /dev/ptmx -> pts/ptmx
         34  symlink          /dev/fd -> /proc/self/fd
         35  symlink          /dev/stdin -> /proc/self/fd/0
         36  symlink          /dev/stdout -> /proc/self/fd/1
         37  symlink          /dev/stderr -> /proc/self/fd/2
         38  symlink          /dev/core -> /proc/kcore
         39  pivot_root       /
         40  root_readonly    / [/root/readonly]
         41  hostname         runc [/hostname]
         42  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         43  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         44  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         45  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         46  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         47  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         48  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         49  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         50  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         51  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         52  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         53  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         54  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         55  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         56  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         57  no_new_privs     process [/process/noNewPrivileges]
         58  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         59  chdir            / [/process/cwd]
         60  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         61  user             0:0 umask 022 [/process/user]
         62  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         63  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         64  ready            runtime
         65  gate             socket
         66  exec             sh [/process/args]
        """;

    private const string UnifiedSupervised = """
          0  cgroup           /sys/fs/cgroup/c1
          1  device_program   13 rules [/linux/resources/devices]
          2  state            state.json
          3  supervise        exit.json stdout and stderr to the log (2 of 8388608 bytes) oom kills of /sys/fs/cgroup/c1/memory.events
          4  clone            pid,mount,network,ipc,uts into /sys/fs/cgroup/c1 [/linux/namespaces]
          5  state            state.json with the process
          6  unshare          cgroup [/linux/namespaces/5]
          7  affinity         all (or warn)
          8  setsid           process
          9  keyring          _ses.c1
         10  loopback_up      lo [/linux/namespaces/1]
         11  root_propagation / rslave
         12  open_root        /bundle/rootfs [/root/path]
         13  open_devnull     /dev/null
         14  mount            /proc proc [/mounts/0]
         15  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         16  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         17  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         18  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         19  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         20  mount            /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec [/mounts/6]
         21  mknod            /dev/null c 1:3 0666
         22  mknod            /dev/zero c 1:5 0666
         23  mknod            /dev/full c 1:7 0666
         24  mknod            /dev/random c 1:8 0666
         25  mknod            /dev/urandom c 1:9 0666
         26  mknod            /dev/tty c 5:0 0666
         27  symlink          /dev/ptmx -> pts/ptmx
         28  symlink          /dev/fd -> /proc/self/fd
         29  symlink          /dev/stdin -> /proc/self/fd/0
         30  symlink          /dev/stdout -> /proc/self/fd/1
         31  symlink          /dev/stderr -> /proc/self/fd/2
         32  symlink          /dev/core -> /proc/kcore
         33  pivot_root       /
         34  root_readonly    / [/root/readonly]
         35  hostname         runc [/hostname]
         36  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         37  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         38  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         39  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         40  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         41  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         42  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         43  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         44  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         45  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         46  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         47  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         48  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         49  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         50  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         51  no_new_privs     process [/process/noNewPrivileges]
         52  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         53  chdir            / [/process/cwd]
         54  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         55  user             0:0 umask 022 [/process/user]
         56  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         57  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         58  ready            runtime
         59  gate             channel
         60  exec             sh [/process/args]
        """;

    private const string ExecOnTerminal = """
          0  join_ns          pid,mount init
          1  join_cgroup      /sys/fs/cgroup/memory/c1/tasks
          2  clone            process [/linux/namespaces]
          3  affinity         all (or warn)
          4  setsid           process
          5  keyring          _ses.c1
          6  open_root        /
          7  console          /dev/pts/ptmx master to the runtime [/process/terminal]
          8  no_new_privs     process [/process/noNewPrivileges]
          9  oom_score        5 [/process/oomScoreAdj]
         10  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         11  chdir            /work before the user changes [/process/cwd]
         12  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         13  user             1000:0 umask 022 [/process/user]
         14  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         15  chdir            /work if refused before [/process/cwd]
         16  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         17  ready            runtime
         18  gate             channel
         19  exec             sh [/process/args]
        """;

    private const string RuntimesPart = """
        cgroup /sys/fs/cgroup/c1 []
        write memory.max 67108864 [/linux/resources/memory/limit]
        device_program 13 rules [/linux/resources/devices]
        state state.json []
        await id maps [/linux/uidMappings]
        id_map uid_map 0 100000 65536 [/linux/uidMappings]
        id_map gid_map 0 100000 65536 [/linux/gidMappings]
        clone pid,mount,network,ipc,uts [/linux/namespaces]
        state state.json with the process []
        await runtime hooks [/hooks/createRuntime]
        net_device veth0 as eth0 [/linux/netDevices/veth0]
        hook /bin/net createRuntime [/hooks/createRuntime/0]
        ready runtime []
        hook_state created []
        pidfd /run/c.sock []
        pid_file /run/c.pid []
        gate socket []
        hook /bin/in startContainer [/hooks/startContainer/0]
        exec sh [/process/args]
        hook /bin/tell poststart [/hooks/poststart/0]
        """;

    [Fact]
    public void TheDefaultOnHybridCgroups() => Same(Hybrid, Planner.PlanCreate(PlanInputs.Hybrid()));

    [Fact]
    public void TheDefaultOnCgroup2Supervised() =>
        Same(UnifiedSupervised, Planner.PlanCreate(PlanInputs.Unified() with { Supervised = true, GateOnChannel = true }));

    [Fact]
    public void AnExecOfAUserOnATerminal()
    {
        OciProcess process = PlanInputs.DefaultSpec().Process!;
        process.User = new OciUser { Uid = 1000 };
        process.Terminal = true;
        process.OomScoreAdj = 5;
        process.Cwd = "/work";
        Same(ExecOnTerminal, Planner.PlanExec(PlanInputs.Exec(PlanInputs.DefaultSpec(), process)));
    }

    /// <summary>What the runtime does itself stands where it does it: limits, maps, hooks, state.</summary>
    [Fact]
    public void TheRuntimesPartOfALaunch()
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "cgroup"));
        spec.Linux!.Resources!.Memory = new() { Limit = 64 << 20 };
        spec.Linux.NetDevices = new Dictionary<string, OciNetDevice> { ["veth0"] = new() { Name = "eth0" } };
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/net" }], StartContainer = [new() { Path = "/bin/in" }], Poststart = [new() { Path = "/bin/tell" }] };
        CreatePlanInput input = PlanInputs.Unified(spec) with { PidFile = "/run/c.pid", PidfdSocket = "/run/c.sock" };
        string text = string.Join('\n', Planner.PlanCreate(input).Steps.Where(static step => step is RuntimeStep or AwaitStep or CloneStep or ReadyStep or GateStep or HookStep or ExecStep)
            .Select(static step => $"{step} [{step.SpecPointer}]"));
        Assert.Equal(RuntimesPart, text, ignoreLineEndingDifferences: true);
    }

    private static void Same(string expected, LaunchPlan plan) => Assert.Equal(expected + "\n", PlanText.Write(plan), ignoreLineEndingDifferences: true);
}
