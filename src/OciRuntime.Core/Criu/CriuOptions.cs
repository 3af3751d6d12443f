using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Criu;

/// <summary>The options of a dump or a restore (criu_opts of criu's rpc.proto). Descriptors are numbers of this process, but those of <see cref="InheritFds"/> are criu's own.</summary>
internal sealed record CriuOptions
{
    /// <summary>Where the images are or go.</summary>
    public required int ImagesDirectory { get; init; }

    /// <summary>Whom to dump.</summary>
    public int? Pid { get; init; }

    /// <summary>Where criu writes its log and what else is not an image; without it the directory of the images.</summary>
    public int? WorkDirectory { get; init; }

    /// <summary>A name, without a directory.</summary>
    public required string LogFile { get; init; }

    /// <summary>A mount point that becomes the root.</summary>
    public string? Root { get; init; }

    /// <summary>Images that these go on from, relative to the directory of the images. Pages that have not changed are not written again.</summary>
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

    /// <summary>A device of another number under the same name will do.</summary>
    public bool EvasiveDevices { get; init; }

    /// <summary>The restored process is a child of criu's parent.</summary>
    public bool RestoreSibling { get; init; }

    /// <summary>Address and port.</summary>
    public (string Address, int Port)? PageServer { get; init; }

    /// <summary>Mounts that come from outside: on a dump the mount point and a name, on a restore the name and what to mount there.</summary>
    public IReadOnlyList<(string Key, string Value)> ExternalMounts { get; init; } = [];

    /// <summary>What else comes from outside, as <c>net[inode]:name</c>.</summary>
    public IReadOnlyList<string> External { get; init; } = [];

    /// <summary>Descriptors of criu that take the place of what came from outside.</summary>
    public IReadOnlyList<(string Key, int Fd)> InheritFds { get; init; } = [];

    /// <summary>Namespaces that are joined: kind and file.</summary>
    public IReadOnlyList<(string Kind, string File)> JoinNamespaces { get; init; } = [];

    /// <summary>Kinds of namespaces whose content is not dumped or restored.</summary>
    public CloneBits EmptyNamespaces { get; init; }

    public CriuCgroupMode CgroupMode { get; init; } = CriuCgroupMode.Default;

    /// <summary>Controller and path of the cgroups that take the place of the dumped ones.</summary>
    public IReadOnlyList<(string Controller, string Path)> CgroupRoots { get; init; } = [];

    /// <summary>The cgroup by whose freezer the processes are stopped.</summary>
    public string? FreezeCgroup { get; init; }

    /// <summary>A file of options that go before these.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>TYPE:NAME.</summary>
    public string? LsmProfile { get; init; }

    public string? LsmMountContext { get; init; }

    /// <summary>criu_network_lock_method, or null for criu's own choice.</summary>
    public int? NetworkLock { get; init; }

    /// <summary>Numbers of the fields are those of rpc.proto.</summary>
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
        to.Number(9, 4); // errors, warnings, information, debugging: what engines show of the log when it fails
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
        to.Flag(24, true); // of criu before cgroup modes
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
        to.Flag(50, true); // the master of a terminal whose slave is in the container comes to us
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
