using System.Diagnostics;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Bench;

/// <summary>Bundles of one static program, and the floor, in a directory that goes in the end.</summary>
internal sealed class BenchBundle : IDisposable
{
    private static readonly string[] s_refused =
    [
        "acct", "add_key", "bpf", "clock_adjtime", "clock_settime", "create_module", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
        "get_kernel_syms", "get_mempolicy", "init_module", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mbind", "mount",
        "mount_setattr", "move_mount", "move_pages", "nfsservctl", "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root", "query_module", "quotactl", "reboot",
        "request_key", "set_mempolicy", "setns", "settimeofday", "swapoff", "swapon", "sysfs", "umount", "umount2", "unshare", "uselib", "userfaultfd", "ustat",
    ];

    public BenchBundle()
    {
        Work = Directory.CreateTempSubdirectory("oci-bench-").FullName;
        Name = Path.GetFileName(Work);
        Roots = Directory.CreateDirectory(Path.Combine(Work, "roots")).FullName;
        // As /run is wherever engines run: what a runtime writes there would be measured by the disk's journal.
        Machine.Run("mount", "-t", "tmpfs", "oci-bench", Roots);
        if (!File.Exists("/bin/busybox"))
            throw new InvalidOperationException("/bin/busybox is not installed (busybox-static)");
        BusyboxRoot.Make(Rootfs);
        Run = Write("run", "/bin/true");
        Sleep = Write("sleep", "/bin/sleep", "1000");
        Limited = Write("limited", Limit, "/bin/true");
        Floor = BuildFloor();
    }

    public string Work { get; }

    /// <summary>Where each contestant's state root is: a tmpfs.</summary>
    public string Roots { get; }

    /// <summary>Unique: prefix of ids and cgroups.</summary>
    public string Name { get; }

    public string Rootfs => Path.Combine(Work, "rootfs");

    /// <summary>Bundle that runs true.</summary>
    public string Run { get; }

    /// <summary>Bundle that runs true with limits and a seccomp profile of the size and shape of Docker's.</summary>
    public string Limited { get; }

    /// <summary>Bundle that sleeps.</summary>
    public string Sleep { get; }

    /// <summary>The floor program; null when there is no C compiler.</summary>
    public string? Floor { get; }

    public void Dispose()
    {
        Machine.Run("umount", Roots);
        Directory.Delete(Work, recursive: true);
    }

    private string Write(string name, params string[] args) => Write(name, static _ => { }, args);

    private string Write(string name, Action<OciSpec> change, params string[] args)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(Work, name)).FullName;
        OciSpec spec = SpecDefaults.Create();
        spec.OciVersion = "1.0.2"; // Debian's crun knows no later one.
        spec.Root!.Path = Rootfs;
        spec.Process!.Terminal = false;
        spec.Process.Args = [.. args];
        change(spec);
        File.WriteAllBytes(Path.Combine(bundle, "config.json"), SpecWriter.Write(spec));
        return bundle;
    }

    // Most calls by name, three with conditions, the rest refused, for the three architectures of an x86_64 machine.
    private static void Limit(OciSpec spec)
    {
        string[] conditional = ["clone", "personality", "socket"];
        List<string> allowed = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt)
            .Where(name => SyscallTable.Number(SyscallColumn.X86_64, name) is >= 0 and < 450 && !conditional.Contains(name) && !s_refused.Contains(name))];
        spec.Linux!.Resources = new()
        {
            Memory = new() { Limit = 512 << 20 },
            Cpu = new() { Shares = 512, Quota = 50_000, Period = 100_000 },
            Pids = new() { Limit = 100 },
        };
        spec.Linux.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            DefaultErrnoRet = 1,
            Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls =
            [
                new() { Names = allowed, Action = "SCMP_ACT_ALLOW" },
                new() { Names = ["socket"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Value = 40, Op = "SCMP_CMP_NE" }] },
                .. from value in (ulong[])[0, 8, 0x20000, 0x20008, uint.MaxValue]
                   select new OciSyscall { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Value = value, Op = "SCMP_CMP_EQ" }] },
                new() { Names = ["clone"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Value = 0x7E020000, Op = "SCMP_CMP_MASKED_EQ" }] },
            ],
        };
    }

    private string? BuildFloor()
    {
        string floor = Path.Combine(Work, "floor");
        string source = Path.Combine(AppContext.BaseDirectory, "floor.c");
        string triplet = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64";
        return Compiles("musl-gcc", "-O2", "-static", "-idirafter", "/usr/include", "-idirafter", $"/usr/include/{triplet}-linux-gnu", "-o", floor, source)
            || Compiles("gcc", "-O2", "-static", "-o", floor, source) ? floor : null;
    }

    private static bool Compiles(string compiler, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(compiler, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
