using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Whole plans, so that a change of any step is seen and meant.</summary>
public sealed class GoldenPlanTests
{
    private const string Hybrid = """
          0  clone            pid,mount,network,ipc,uts into /sys/fs/cgroup/unified/c1 [/linux/namespaces]
          1  join_cgroup      /sys/fs/cgroup/cpu,cpuacct/c1/tasks
          2  join_cgroup      /sys/fs/cgroup/memory/c1/tasks
          3  join_cgroup      /sys/fs/cgroup/systemd/c1/tasks
          4  affinity         all (or warn)
          5  setsid           process
          6  keyring          _ses.c1
          7  loopback_up      lo [/linux/namespaces/1]
          8  root_propagation / rslave
          9  open_root        /bundle/rootfs [/root/path]
         10  open_devnull     /dev/null
         11  mount            /proc proc [/mounts/0]
         12  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         13  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         14  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         15  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         16  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         17  mount            /sys/fs/cgroup tmpfs nosuid,nodev,noexec,mode=755 [/mounts/6]
         18  bind             /sys/fs/cgroup/cpu,cpuacct from /sys/fs/cgroup/cpu,cpuacct/c1 ro,nosuid,nodev,noexec [/mounts/6]
         19  symlink          /sys/fs/cgroup/cpu -> cpu,cpuacct [/mounts/6]
         20  symlink          /sys/fs/cgroup/cpuacct -> cpu,cpuacct [/mounts/6]
         21  bind             /sys/fs/cgroup/memory from /sys/fs/cgroup/memory/c1 ro,nosuid,nodev,noexec [/mounts/6]
         22  bind             /sys/fs/cgroup/systemd from /sys/fs/cgroup/systemd/c1 ro,nosuid,nodev,noexec [/mounts/6]
         23  setattr          /sys/fs/cgroup ro [/mounts/6]
         24  mknod            /dev/null c 1:3 0666
         25  mknod            /dev/zero c 1:5 0666
         26  mknod            /dev/full c 1:7 0666
         27  mknod            /dev/random c 1:8 0666
         28  mknod            /dev/urandom c 1:9 0666
         29  mknod            /dev/tty c 5:0 0666
         30  symlink          /dev/ptmx -> pts/ptmx
         31  symlink          /dev/fd -> /proc/self/fd
         32  symlink          /dev/stdin -> /proc/self/fd/0
         33  symlink          /dev/stdout -> /proc/self/fd/1
         34  symlink          /dev/stderr -> /proc/self/fd/2
         35  symlink          /dev/core -> /proc/kcore
         36  pivot_root       /
         37  root_readonly    / [/root/readonly]
         38  hostname         runc [/hostname]
         39  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         40  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         41  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         42  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         43  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         44  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         45  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         46  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         47  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         48  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         49  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         50  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         51  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         52  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         53  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         54  no_new_privs     process [/process/noNewPrivileges]
         55  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         56  chdir            / [/process/cwd]
         57  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         58  user             0:0 umask 022 [/process/user]
         59  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         60  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         61  ready            runtime
         62  gate             socket
         63  exec             sh [/process/args]
        """;

    private const string UnifiedSupervised = """
          0  supervise        exit.json stdout and stderr to the log (2 of 8388608 bytes) oom kills of /sys/fs/cgroup/c1/memory.events
          1  clone            pid,mount,network,ipc,uts into /sys/fs/cgroup/c1 [/linux/namespaces]
          2  unshare          cgroup [/linux/namespaces/5]
          3  affinity         all (or warn)
          4  setsid           process
          5  keyring          _ses.c1
          6  loopback_up      lo [/linux/namespaces/1]
          7  root_propagation / rslave
          8  open_root        /bundle/rootfs [/root/path]
          9  open_devnull     /dev/null
         10  mount            /proc proc [/mounts/0]
         11  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         12  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         13  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         14  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         15  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         16  mount            /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec [/mounts/6]
         17  mknod            /dev/null c 1:3 0666
         18  mknod            /dev/zero c 1:5 0666
         19  mknod            /dev/full c 1:7 0666
         20  mknod            /dev/random c 1:8 0666
         21  mknod            /dev/urandom c 1:9 0666
         22  mknod            /dev/tty c 5:0 0666
         23  symlink          /dev/ptmx -> pts/ptmx
         24  symlink          /dev/fd -> /proc/self/fd
         25  symlink          /dev/stdin -> /proc/self/fd/0
         26  symlink          /dev/stdout -> /proc/self/fd/1
         27  symlink          /dev/stderr -> /proc/self/fd/2
         28  symlink          /dev/core -> /proc/kcore
         29  pivot_root       /
         30  root_readonly    / [/root/readonly]
         31  hostname         runc [/hostname]
         32  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         33  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         34  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         35  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         36  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         37  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         38  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         39  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         40  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         41  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         42  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         43  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         44  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         45  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         46  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         47  no_new_privs     process [/process/noNewPrivileges]
         48  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         49  chdir            / [/process/cwd]
         50  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         51  user             0:0 umask 022 [/process/user]
         52  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         53  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         54  ready            runtime
         55  gate             channel
         56  exec             sh [/process/args]
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

    private static void Same(string expected, LaunchPlan plan) => Assert.Equal(expected + "\n", PlanText.Write(plan), ignoreLineEndingDifferences: true);
}
