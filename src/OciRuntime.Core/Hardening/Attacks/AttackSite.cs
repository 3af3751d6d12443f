using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>
/// The place of one attack: a state root and a root filesystem of its own, in which the programs of this machine are mounted read-only. All of it is removed
/// at the end.
/// </summary>
internal sealed class AttackSite : IDisposable
{
    /// <summary>In the container: a tmpfs that allows everything that a container's mount options normally forbid.</summary>
    public const string Inside = "/attack";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly string[] s_programs = ["usr", "bin", "sbin", "lib", "lib32", "lib64"];

    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("oci-hardening-");
    private readonly CancellationTokenSource _limit;
    private readonly OciSpec _defences;
    private readonly List<OciMount> _programs = [];
    private int _containers;

    public AttackSite(OciSpec? defences, Action<RuntimeLogLevel, string>? log, CancellationToken cancellationToken)
    {
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _limit.CancelAfter(Longest);
        _defences = defences ?? Default();
        Rootfs = Path.Join(_work.FullName, "rootfs");
        Outside = Path.Join(_work.FullName, "outside");
        Runtime = new ContainerRuntime(new RuntimeOptions { Root = Path.Join(_work.FullName, "state"), Log = log });
        try
        {
            MakeRootfs();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ContainerRuntime Runtime { get; }

    /// <summary>The root filesystem.</summary>
    public string Rootfs { get; }

    /// <summary>An empty directory of the host next to it.</summary>
    public string Outside { get; }

    /// <summary>A last change to the configuration, for tests that remove a defence.</summary>
    public Action<OciSpec>? Weaken { get; set; }

    /// <summary>Descriptors that are passed to containers, for tests.</summary>
    public IReadOnlyList<SafeHandle> Passed { get; set; } = [];

    /// <summary>The tested configuration with a script as its program.</summary>
    public OciSpec Spec(string script)
    {
        OciSpec spec = SpecReader.Read(SpecWriter.Write(_defences));
        OciProcess process = spec.Process ??= new OciProcess();
        process.Args = ["/bin/sh", "-c", AttackOutcome.Words + "\n" + script];
        process.Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"];
        process.Cwd = "/";
        process.Terminal = false;
        process.ConsoleSize = null;
        spec.Root = new OciRoot { Path = Rootfs, Readonly = _defences.Root?.Readonly ?? true };
        spec.Hooks = null;
        spec.Annotations = null;
        spec.Mounts = [.. spec.Mounts ?? [], .. _programs, new OciMount { Destination = Inside, Type = "tmpfs", Source = "tmpfs", Options = ["mode=1777", "size=1m"] }];
        (spec.Linux ??= new OciLinux()).CgroupsPath = null;
        return spec;
    }

    /// <summary>Runs a configuration to its end.</summary>
    /// <returns>What it wrote to stdout and stderr.</returns>
    public string Run(OciSpec spec)
    {
        using ContainerProcess process = Runtime.Run(Request(spec, StdioMode.Pipe), _limit.Token);
        return OutputOf(process);
    }

    /// <summary>Creates a container that waits for its start.</summary>
    public OciContainer Create(OciSpec spec) => Runtime.Create(Request(spec, StdioMode.Null), _limit.Token);

    /// <summary>Runs a configuration's program in an existing container.</summary>
    public string Exec(OciContainer container, OciProcess program)
    {
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = container.Id, Process = program, Stdio = StdioMode.Pipe, PreserveFds = Passed }, _limit.Token);
        return OutputOf(process);
    }

    /// <summary>Removes everything.</summary>
    /// <exception cref="OciException">Names what is left, and why.</exception>
    public void Dispose()
    {
        _limit.Dispose();
        foreach (OciContainer container in Runtime.List())
            Runtime.Delete(container.Id, force: true);
        try
        {
            _work.Delete(recursive: true);
        }
        catch (Exception e) when (KernelError.IsOfFiles(e))
        {
            throw KernelError.From("remove the place of an attack,", _work.FullName, e);
        }
    }

    private static OciSpec Default()
    {
        OciSpec spec = SpecDefaults.Create(rootless: Libc.geteuid() != 0);
        spec.Linux!.Seccomp = SeccompProfile.OfDocker(spec.Process!.Capabilities!.Bounding!);
        return spec;
    }

    private CreateRequest Request(OciSpec spec, StdioMode stdio)
    {
        Weaken?.Invoke(spec);
        return new CreateRequest { Id = $"{_work.Name}-{_containers++}", Bundle = _work.FullName, Spec = spec, Stdio = stdio, PreserveFds = Passed };
    }

    private string OutputOf(ContainerProcess process)
    {
        // An attack that hangs is ended by killing its container's process.
        using CancellationTokenRegistration end = _limit.Token.Register(() => process.Signal(Libc.SIGKILL));
        process.StandardInput!.Dispose();
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        string all = errors.Result + output;
        process.Wait(_limit.Token);
        return all;
    }

    private void MakeRootfs()
    {
        // Root in a user namespace must be able to get here; others can't write to any directory on the way.
        File.SetUnixFileMode(_work.FullName, Directories);
        foreach (string name in (string[])["proc", "sys", "dev", "tmp", "etc", Inside[1..]])
            Directory.CreateDirectory(Path.Join(Rootfs, name), Directories);
        Directory.CreateDirectory(Outside, Directories);
        foreach (string name in s_programs)
        {
            var directory = new DirectoryInfo("/" + name);
            if (directory.LinkTarget is { } target)
                Directory.CreateSymbolicLink(Path.Join(Rootfs, name), target);
            else if (directory.Exists)
            {
                Directory.CreateDirectory(Path.Join(Rootfs, name), Directories);
                _programs.Add(new OciMount { Destination = "/" + name, Type = "bind", Source = "/" + name, Options = ["bind", "ro", "nosuid"] });
            }
        }
        if (_defences.Linux?.UidMappings?.Find(static map => map.ContainerID == 0) is { } uid && _defences.Linux.GidMappings?.Find(static map => map.ContainerID == 0) is { } gid)
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(Rootfs).Append(Rootfs))
            {
                if (Libc.fchownat(Libc.AT_FDCWD, path, uid.HostID, gid.HostID, Libc.AT_SYMLINK_NOFOLLOW) != 0)
                    throw KernelError.Last("give to the container's root", path, "fchownat");
            }
        }
    }

    private const UnixFileMode Directories =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
}
