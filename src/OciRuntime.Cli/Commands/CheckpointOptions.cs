using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary>Options of both checkpoint and restore.</summary>
internal static class CheckpointOptions
{
    internal static readonly Option[] All =
    [
        new("image-path", '\0', "DIR", "directory of the images (default: checkpoint in the current directory)"),
        new("work-path", '\0', "DIR", "directory of criu's log (default: that of the images)"),
        new("tcp-established", '\0', null, "allow established TCP connections"),
        new("ext-unix-sk", '\0', null, "allow unix sockets whose peer is outside the container"),
        new("shell-job", '\0', null, "allow the session or terminal of the caller"),
        new("file-locks", '\0', null, "dump and restore file locks"),
        new("manage-cgroups-mode", '\0', "soft|full|strict|ignore", "how criu handles cgroups (default: soft)"),
        new("network-lock", '\0', "iptables|nftables|skip", "how connections are locked meanwhile"),
        new("empty-ns", '\0', "network", "namespace whose content is not restored; always true for network"),
        new("auto-dedup", '\0', null, "remove memory from earlier images that is also in a later one"),
        new("lazy-pages", '\0', null, "restore memory when it is touched (userfaultfd)"),
    ];

    /// <summary>Reads the options.</summary>
    internal static CheckpointSettings Read(Invocation invocation)
    {
        ParsedArguments own = invocation.Own;
        CheckEmptyNamespaces(own);
        return new()
        {
            Id = invocation.Id,
            ImagePath = own.Value("image-path") ?? "checkpoint",
            WorkPath = own.Value("work-path"),
            TcpEstablished = own.Has("tcp-established"),
            ExternalUnixSockets = own.Has("ext-unix-sk"),
            ShellJob = own.Has("shell-job"),
            FileLocks = own.Has("file-locks"),
            ManageCgroupsMode = own.Value("manage-cgroups-mode"),
            NetworkLock = own.Value("network-lock"),
            AutoDeduplicate = own.Has("auto-dedup"),
            LazyPages = own.Has("lazy-pages"),
        };
    }

    // The network namespace is the only one that criu can leave empty, and it is left empty anyway: whoever created it configures it.
    private static void CheckEmptyNamespaces(ParsedArguments own)
    {
        foreach (string name in own.Values("empty-ns", empty: true))
        {
            if (name != "network")
                throw new OciException(OciErrorCode.InvalidArgument, $"namespace \"{name}\" is not supported") { Object = name };
        }
    }

    /// <summary>ADDRESS:PORT, or null.</summary>
    internal static (string Address, int Port)? PageServer(ParsedArguments own)
    {
        if (own.Value("page-server") is not { } text)
            return null;
        int colon = text.LastIndexOf(':');
        string address = colon < 0 ? string.Empty : text[..colon].Trim('[', ']');
        if (colon < 0 || address.Length == 0 || colon == text.Length - 1)
            throw new OciException(OciErrorCode.InvalidArgument, "Use --page-server ADDRESS:PORT to specify page server") { Object = text };
        return ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort port)
            ? (address, port)
            : throw new OciException(OciErrorCode.InvalidArgument, "Invalid port number") { Object = text };
    }
}
