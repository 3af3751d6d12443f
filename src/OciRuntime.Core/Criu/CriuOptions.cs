using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Criu;

/// <summary>The options of a dump or a restore (criu_opts of criu's rpc.proto). Descriptors are numbers in this process, except those of <see cref="InheritFds"/>, which are numbers in criu.</summary>
internal sealed record CriuOptions
{
    /// <summary>Where the images are or go.</summary>
    public required int ImagesDirectory { get; init; }

    /// <summary>Pid of the process to dump.</summary>
    public int? Pid { get; init; }

    /// <summary>The directory for criu's log and other files that are not images; by default that of the images.</summary>
    public int? WorkDirectory { get; init; }

    /// <summary>File name, without a directory.</summary>
    public required string LogFile { get; init; }

    /// <summary>The mount point that becomes the root.</summary>
    public string? Root { get; init; }

    /// <summary>Images that these are based on, relative to the directory of the images. Unchanged pages are not written again.</summary>
    public string? ParentImages { get; init; }

    public bool LeaveRunning { get; init; }

    public bool ExternalUnixSockets { get; init; }

    public bool TcpEstablished { get; init; }

    public bool TcpSkipInFlight { get; init; }

    public bool TcpClose { get; init; }

    public bool ShellJob { get; init; }

    public bool FileLocks { get; init; }

    public bool LinkRemap { get; init; }

    public bool AutoDeduplicate { get; init; }

    public bool LazyPages { get; init; }

    /// <summary>Accept a device with another number under the same name.</summary>
    public bool EvasiveDevices { get; init; }

    /// <summary>The restored process is a child of criu's parent.</summary>
    public bool RestoreSibling { get; init; }

    /// <summary>Address and port.</summary>
    public (string Address, int Port)? PageServer { get; init; }

    /// <summary>Mounts that come from outside: on a dump the mount point and a name, on a restore the name and what to mount there.</summary>
    public IReadOnlyList<(string Key, string Value)> ExternalMounts { get; init; } = [];

    /// <summary>Other external resources, as <c>net[inode]:name</c>.</summary>
    public IReadOnlyList<string> External { get; init; } = [];

    /// <summary>Descriptors in criu that replace external resources.</summary>
    public IReadOnlyList<(string Key, int Fd)> InheritFds { get; init; } = [];

    /// <summary>Namespaces that are joined: kind and file.</summary>
    public IReadOnlyList<(string Kind, string File)> JoinNamespaces { get; init; } = [];

    /// <summary>Kinds of namespaces whose content is not dumped or restored.</summary>
    public CloneBits EmptyNamespaces { get; init; }

    public CriuCgroupMode CgroupMode { get; init; } = CriuCgroupMode.Default;

    /// <summary>Controller and path of the cgroups that replace the dumped ones.</summary>
    public IReadOnlyList<(string Controller, string Path)> CgroupRoots { get; init; } = [];

    /// <summary>The cgroup whose freezer stops the processes.</summary>
    public string? FreezeCgroup { get; init; }

    /// <summary>A file of options that override these.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>TYPE:NAME.</summary>
    public string? LsmProfile { get; init; }

    public string? LsmMountContext { get; init; }

    /// <summary>criu_network_lock_method, or null for criu's own choice.</summary>
    public int? NetworkLock { get; init; }

    /// <summary>Field numbers are those of rpc.proto.</summary>
    public void Write(ProtobufWriter to)
    {
        to.Number(1, ImagesDirectory);
        to.Number(2, Pid);
        to.Flag(3, LeaveRunning);
        to.Flag(4, ExternalUnixSockets);
        to.Flag(5, TcpEstablished);
        to.Flag(6, EvasiveDevices);
        to.Flag(7, ShellJob);
        to.Flag(8, FileLocks);
        to.Number(9, 4); // log level: debug, because engines show the log after a failure
        to.Text(10, LogFile);
        if (PageServer is { } server)
        {
            to.Message(11, message =>
            {
                message.Text(1, server.Address);
                message.Number(2, server.Port);
            });
        }
        to.Flag(12, true); // notify
        to.Text(13, Root);
        to.Text(14, ParentImages);
        if (ParentImages is not null)
            to.Flag(15, true); // track memory
        to.Flag(16, AutoDeduplicate);
        to.Number(17, WorkDirectory);
        to.Flag(18, LinkRemap);
        foreach ((string key, string value) in ExternalMounts)
            to.Message(23, message => Pair(message, key, value));
        to.Flag(24, true); // for criu before cgroup modes
        foreach ((string controller, string path) in CgroupRoots)
            to.Message(25, message => Pair(message, controller, path));
        if (RestoreSibling)
            to.Flag(26, true);
        foreach ((string key, int fd) in InheritFds)
        {
            to.Message(27, message =>
            {
                message.Text(1, key);
                message.Number(2, fd);
            });
        }
        to.Number(34, (int)CgroupMode);
        to.Texts(37, External);
        to.Number(38, (uint)EmptyNamespaces);
        foreach ((string kind, string file) in JoinNamespaces)
            to.Message(39, message => Pair(message, kind, file));
        to.Text(44, FreezeCgroup);
        to.Flag(46, TcpSkipInFlight);
        to.Flag(48, LazyPages);
        to.Flag(50, true); // criu sends us the master of a terminal whose slave is in the container
        to.Text(51, ConfigFile);
        to.Flag(52, TcpClose);
        to.Text(53, LsmProfile);
        to.Text(63, LsmMountContext);
        to.Number(64, NetworkLock);
    }

    private static void Pair(ProtobufWriter to, string first, string second)
    {
        to.Text(1, first);
        to.Text(2, second);
    }
}
