using System.Globalization;
using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// Namespaces that the configuration joins by a path. A dump names those of type network and pid, and a restore passes them as descriptors; criu joins the others by
/// itself. The names are runc's.
/// </summary>
internal static unsafe class ExternalNamespaces
{
    public static List<string> ForDump(OciSpec spec)
    {
        var external = new List<string>();
        foreach ((string kind, string path, string name) in Named(spec))
        {
            Libc.statx_t stat;
            if (Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_INO, &stat) != 0)
                throw KernelError.Last($"look at the {kind} namespace", path, "statx");
            external.Add(string.Create(CultureInfo.InvariantCulture, $"{kind}[{stat.stx_ino}]:{name}"));
        }
        return external;
    }

    /// <summary>Opens the namespaces that are passed as descriptors.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="extra">Descriptors that criu is started with; more are added.</param>
    public static List<(string Key, int Fd)> ForRestore(OciSpec spec, List<SafeFd> extra)
    {
        var inherited = new List<(string, int)>();
        foreach ((string kind, string path, string name) in Named(spec))
        {
            int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            if (fd < 0)
                throw KernelError.Last($"open the {kind} namespace", path, "open");
            inherited.Add((name, CriuService.FdOf(extra.Count)));
            extra.Add(new SafeFd(fd));
        }
        return inherited;
    }

    /// <summary>True when the network namespace is joined, so that its devices exist already.</summary>
    public static bool HasNetwork(OciSpec spec) => spec.Linux?.Namespaces?.Exists(static ns => ns is { Type: "network", Path.Length: > 0 }) == true;

    /// <summary>The namespaces that criu joins.</summary>
    public static List<(string Kind, string File)> Joined(OciSpec spec)
    {
        var joined = new List<(string, string)>();
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
        {
            if (string.IsNullOrEmpty(ns.Path) || ns.Type is "network" or "pid")
                continue;
            if (ns.Type == "cgroup")
                throw new OciException(OciErrorCode.NotSupported, "criu can't join a cgroup namespace") { Object = ns.Path, SpecPointer = "/linux/namespaces" };
            joined.Add((NamespaceKind.FileOf(ns.Type), ns.Path));
        }
        return joined;
    }

    private static IEnumerable<(string Kind, string Path, string Name)> Named(OciSpec spec)
    {
        List<OciNamespace> namespaces = spec.Linux?.Namespaces ?? [];
        if (namespaces.Find(static ns => ns.Type == "network") is { Path.Length: > 0 } network)
            yield return (NamespaceKind.FileOf(network.Type), network.Path, "extRootNetNS");
        if (namespaces.Find(static ns => ns.Type == "pid") is { Path.Length: > 0 } pid)
            yield return (NamespaceKind.FileOf(pid.Type), pid.Path, "extRootPidNS");
    }
}
