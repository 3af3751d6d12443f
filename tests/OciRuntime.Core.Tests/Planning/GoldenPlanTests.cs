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
          4  setsid           process
          5  keyring          _ses.c1
          6  loopback_up      lo [/linux/namespaces/1]
          7  root_propagation / rslave
          8  open_devnull     /dev/null
          9  open_root        /bundle/rootfs [/root/path]
         10  mount            /proc proc [/mounts/0]
         11  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         12  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         13  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         14  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         15  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         16  mount            /sys/fs/cgroup tmpfs nosuid,nodev,noexec,mode=755 [/mounts/6]
         17  bind             /sys/fs/cgroup/cpu,cpuacct from /sys/fs/cgroup/cpu,cpuacct/c1 ro,nosuid,nodev,noexec [/mounts/6]
         18  symlink          /sys/fs/cgroup/cpu -> cpu,cpuacct [/mounts/6]
         19  symlink          /sys/fs/cgroup/cpuacct -> cpu,cpuacct [/mounts/6]
         20  bind             /sys/fs/cgroup/memory from /sys/fs/cgroup/memory/c1 ro,nosuid,nodev,noexec [/mounts/6]
         21  bind             /sys/fs/cgroup/systemd from /sys/fs/cgroup/systemd/c1 ro,nosuid,nodev,noexec [/mounts/6]
         22  setattr          /sys/fs/cgroup ro [/mounts/6]
         23  mknod            /dev/null c 1:3 0666
         24  mknod            /dev/zero c 1:5 0666
         25  mknod            /dev/full c 1:7 0666
         26  mknod            /dev/random c 1:8 0666
         27  mknod            /dev/urandom c 1:9 0666
         28  mknod            /dev/tty c 5:0 0666
         29  symlink          /dev/ptmx -> pts/ptmx
         30  symlink          /dev/fd -> /proc/self/fd
         31  symlink          /dev/stdin -> /proc/self/fd/0
         32  symlink          /dev/stdout -> /proc/self/fd/1
         33  symlink          /dev/stderr -> /proc/self/fd/2
         34  symlink          /dev/core -> /proc/kcore
         35  pivot_root       /
         36  root_readonly    / [/root/readonly]
         37  hostname         runc [/hostname]
         38  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         39  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         40  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         41  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         42  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         43  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         44  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         45  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         46  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         47  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         48  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         49  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         50  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         51  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         52  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         53  no_new_privs     process [/process/noNewPrivileges]
         54  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         55  chdir            / [/process/cwd]
         56  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         57  user             0:0 umask 022 [/process/user]
         58  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         59  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         60  ready            runtime
         61  gate             socket
         62  exec             sh [/process/args]
        """;

    private const string UnifiedSupervised = """
          0  supervise        exit.json stdout and stderr to the log oom kills of /sys/fs/cgroup/c1/memory.events
          1  clone            pid,mount,network,ipc,uts into /sys/fs/cgroup/c1 [/linux/namespaces]
          2  unshare          cgroup [/linux/namespaces/5]
          3  setsid           process
          4  keyring          _ses.c1
          5  loopback_up      lo [/linux/namespaces/1]
          6  root_propagation / rslave
          7  open_devnull     /dev/null
          8  open_root        /bundle/rootfs [/root/path]
          9  mount            /proc proc [/mounts/0]
         10  mount            /dev tmpfs nosuid,strictatime,mode=755,size=65536k [/mounts/1]
         11  mount            /dev/pts devpts nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 [/mounts/2]
         12  mount            /dev/shm tmpfs nosuid,nodev,noexec,mode=1777,size=65536k [/mounts/3]
         13  mount            /dev/mqueue mqueue nosuid,nodev,noexec [/mounts/4]
         14  mount            /sys sysfs ro,nosuid,nodev,noexec [/mounts/5]
         15  mount            /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec [/mounts/6]
         16  mknod            /dev/null c 1:3 0666
         17  mknod            /dev/zero c 1:5 0666
         18  mknod            /dev/full c 1:7 0666
         19  mknod            /dev/random c 1:8 0666
         20  mknod            /dev/urandom c 1:9 0666
         21  mknod            /dev/tty c 5:0 0666
         22  symlink          /dev/ptmx -> pts/ptmx
         23  symlink          /dev/fd -> /proc/self/fd
         24  symlink          /dev/stdin -> /proc/self/fd/0
         25  symlink          /dev/stdout -> /proc/self/fd/1
         26  symlink          /dev/stderr -> /proc/self/fd/2
         27  symlink          /dev/core -> /proc/kcore
         28  pivot_root       /
         29  root_readonly    / [/root/readonly]
         30  hostname         runc [/hostname]
         31  readonly_path    /proc/bus (if there) [/linux/readonlyPaths/0]
         32  readonly_path    /proc/fs (if there) [/linux/readonlyPaths/1]
         33  readonly_path    /proc/irq (if there) [/linux/readonlyPaths/2]
         34  readonly_path    /proc/sys (if there) [/linux/readonlyPaths/3]
         35  readonly_path    /proc/sysrq-trigger (if there) [/linux/readonlyPaths/4]
         36  mask             /proc/acpi (if there) [/linux/maskedPaths/0]
         37  mask             /proc/asound (if there) [/linux/maskedPaths/1]
         38  mask             /proc/kcore (if there) [/linux/maskedPaths/2]
         39  mask             /proc/keys (if there) [/linux/maskedPaths/3]
         40  mask             /proc/latency_stats (if there) [/linux/maskedPaths/4]
         41  mask             /proc/timer_list (if there) [/linux/maskedPaths/5]
         42  mask             /proc/timer_stats (if there) [/linux/maskedPaths/6]
         43  mask             /proc/sched_debug (if there) [/linux/maskedPaths/7]
         44  mask             /sys/firmware (if there) [/linux/maskedPaths/8]
         45  mask             /proc/scsi (if there) [/linux/maskedPaths/9]
         46  no_new_privs     process [/process/noNewPrivileges]
         47  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         48  chdir            / [/process/cwd]
         49  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         50  user             0:0 umask 022 [/process/user]
         51  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         52  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         53  ready            runtime
         54  gate             channel
         55  exec             sh [/process/args]
        """;

    private const string ExecOnTerminal = """
          0  join_ns          pid,mount init
          1  clone            process [/linux/namespaces]
          2  join_cgroup      /sys/fs/cgroup/memory/c1/tasks
          3  setsid           process
          4  keyring          _ses.c1
          5  open_root        /
          6  console          /dev/pts/ptmx master to the runtime [/process/terminal]
          7  no_new_privs     process [/process/noNewPrivileges]
          8  oom_score        5 [/process/oomScoreAdj]
          9  rlimit           RLIMIT_NOFILE 1024:1024 [/process/rlimits/0]
         10  chdir            /work before the user changes [/process/cwd]
         11  cap_bounding     CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         12  user             1000:0 umask 022 [/process/user]
         13  caps             CAP_KILL,CAP_NET_BIND_SERVICE,CAP_AUDIT_WRITE [/process/capabilities]
         14  chdir            /work if refused before [/process/cwd]
         15  lookup           sh in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin [/process/args/0]
         16  ready            runtime
         17  gate             channel
         18  exec             sh [/process/args]
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
