using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>The attacks that are a script in a container. Files are opened for appending, but nothing is appended.</summary>
internal static class ScriptAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        Opens("CorePattern", "the program that the kernel runs as root of the host when a process dumps core", "/proc/sys/kernel/core_pattern"),
        Opens("SysrqTrigger", "commands to the machine's kernel, such as to restart it", "/proc/sysrq-trigger"),
        Scripted("MaskedFiles", "files of /proc and /sys that reveal the kernel's memory, keys and timers", """
            for file in kcore keys timer_list sched_debug; do
                [ "$(head -c 1 /proc/$file 2> /dev/null | wc -c)" -gt 0 ] && lost "/proc/$file can be read"
            done
            [ -n "$(ls -A /sys/firmware 2> /dev/null)" ] && lost "/sys/firmware can be read"
            held "nothing can be read of them"
            """),
        Scripted("ProcMount", "a new /proc without the masked and read-only paths", $$"""
            need mount; need mkdir
            mkdir {{AttackSite.Inside}}/proc || none "no directory can be made"
            error=$(mount -t proc proc {{AttackSite.Inside}}/proc 2>&1) && lost "a new /proc is mounted"
            mount -o remount,bind,rw /proc/sys 2> /dev/null && lost "/proc/sys is made writable"
            failed mount "$error"
            """),
        Scripted("MountApi", "the mount API of fsopen(2), which filters for mount(2) do not know", """
            need perl
            # 430 is fsopen on every architecture. perl's syscall does not take literals as string arguments.
            error=$(perl -e 'my $type = "tmpfs"; exit if syscall(430, $type, 0) >= 0; print "$!"; exit 1' 2>&1) && lost "fsopen gives a filesystem"
            failed fsopen "$error"
            """),
        Scripted("UserNamespace", "a new user namespace, in which it has all capabilities and reaches the kernel code behind them", """
            need unshare
            error=$(unshare -U true 2>&1) && lost "a user namespace is made"
            failed unshare "$error"
            """),
        Scripted("DeviceNode", "a node for a device that no container gets: the kernel's log", $$"""
            need mknod
            error=$(mknod {{AttackSite.Inside}}/kmsg c 1 11 2>&1) || failed mknod "$error"
            error=$( ( : >> {{AttackSite.Inside}}/kmsg ) 2>&1 ) && lost "the kernel's log is open for writing"
            failed open "$error"
            """),
        Scripted("CgroupFiles", "limits, processes and release_agent of cgroups", """
            for file in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/*/release_agent /sys/fs/cgroup/*.max /sys/fs/cgroup/*/tasks; do
                [ -e "$file" ] || continue
                error=$( ( : >> "$file" ) 2>&1 ) && lost "$file is open for writing"
            done
            [ -n "$error" ] && failed open "$error"
            held "no files of cgroups are there"
            """),
        new Attack("HostProcesses", "processes of the host: this one", static site => AttackOutcome.Of(site.Run(site.Spec(string.Create(CultureInfo.InvariantCulture, $$"""
            line=$(cat /proc/{{Environment.ProcessId}}/stat 2> /dev/null) || held "this process can't be seen"
            set -- ${line##*) }
            shift 19
            [ "$1" = {{ProcessStat.Read(Environment.ProcessId)!.Value.StartTime}} ] && lost "process {{Environment.ProcessId}} of the host is seen"
            held "another process has that number"
            """))))),
        new Attack("SetuidProgram", "a program of root with the set-user-id bit, run by another user", static site =>
        {
            if (Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(static directory => Path.Join(directory, "id")).FirstOrDefault(File.Exists) is not { } id)
                return AttackOutcome.Untried("this machine has no id");
            string directory = Path.Join(site.Outside, "setuid");
            Directory.CreateDirectory(directory);
            File.Copy(id, Path.Join(directory, "id"));
            File.SetUnixFileMode(Path.Join(directory, "id"), (UnixFileMode)0x9ed); // 04755
            OciSpec spec = site.Spec($$"""
                case $({{AttackSite.Inside}}/id -u) in
                    0) lost "the program ran as root" ;;
                    1000) held "the program ran as user 1000" ;;
                esac
                """);
            spec.Process!.User = new OciUser { Uid = 1000, Gid = 1000 };
            spec.Mounts!.RemoveAll(static mount => mount.Destination == AttackSite.Inside);
            spec.Mounts.Add(new OciMount { Destination = AttackSite.Inside, Type = "bind", Source = directory, Options = ["bind", "suid", "exec"] });
            return AttackOutcome.Of(site.Run(spec));
        }),
    ];

    private static Attack Scripted(string name, string about, string script) => new(name, about, site => AttackOutcome.Of(site.Run(site.Spec(script))));

    private static Attack Opens(string name, string about, string file) => Scripted(name, about, $$"""
        [ -e {{file}} ] || none "{{file}} does not exist"
        error=$( ( : >> {{file}} ) 2>&1 ) && lost "{{file}} is open for writing"
        failed open "$error"
        """);
}
