using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>The owner of the cgroups below a container's own, who may manage them (config-linux.md, Cgroup ownership; cgroups(7), Cgroups delegation).</summary>
internal static class CgroupOwner
{
    private const uint Unchanged = uint.MaxValue;

    // The files of kernels before 4.15, which have no list of them.
    private static readonly string[] s_files = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];

    /// <summary>
    /// The host's uid of the container's process if it is to own its cgroup, else null. That takes v2, new cgroup and user namespaces, and a writable
    /// cgroup mount.
    /// </summary>
    internal static uint? Of(OciSpec spec, HostFacts host)
    {
        if (host.Cgroups.Mode != CgroupMode.Unified || host.Rootless || !MakesNamespace(spec, "cgroup") || !MakesNamespace(spec, "user"))
            return null;
        OciMount? mount = spec.Mounts?.FindLast(static mount => mount.Destination is "/sys/fs/cgroup" or "/sys/fs/cgroup/" && mount.Type is "cgroup" or "cgroup2");
        if (mount is null || mount.Options?.Contains("ro") == true)
            return null;
        return HostUid(spec);
    }

    /// <summary>The host's uid of the container's process, to which a cgroup below the container's own is delegated; null if the owner need not change.</summary>
    internal static uint? OfDelegated(OciSpec spec, HostFacts host)
    {
        if (host.Rootless)
            return null;
        return spec.Linux?.Namespaces?.Exists(static one => one.Type == "user") == true ? HostUid(spec)
            : spec.Process?.User?.Uid is > 0 and { } uid ? uid : null;
    }

    private static uint? HostUid(OciSpec spec)
    {
        uint uid = spec.Process?.User?.Uid ?? 0;
        foreach (OciIdMapping mapping in spec.Linux?.UidMappings ?? [])
        {
            if (uid >= mapping.ContainerID && uid - mapping.ContainerID < mapping.Size)
                return mapping.HostID + (uid - mapping.ContainerID);
        }

        return null;
    }

    /// <summary>Changes the owner of a directory and of the files that are delegated with it (/sys/kernel/cgroup/delegate).</summary>
    internal static void Set(string directory, uint owner)
    {
        Give(directory, owner, mayBeMissing: false);
        string[] files = TextFile.TryRead("/sys/kernel/cgroup/delegate") is { } list ? list.Split('\n', StringSplitOptions.RemoveEmptyEntries) : s_files;
        foreach (string file in files)
            Give(directory + "/" + file, owner, mayBeMissing: true); // files of controllers that are not enabled
    }

    private static bool MakesNamespace(OciSpec spec, string type) => spec.Linux?.Namespaces?.Exists(one => one.Type == type && string.IsNullOrEmpty(one.Path)) ?? false;

    private static void Give(string path, uint owner, bool mayBeMissing)
    {
        if (Libc.fchownat(Libc.AT_FDCWD, path, owner, Unchanged, 0) == 0 || (mayBeMissing && Errno.Last == Errno.ENOENT))
            return;
        int errno = Errno.Last;
        OciException error = KernelError.From(string.Create(CultureInfo.InvariantCulture, $"chown to uid {owner}"), path, "fchownat", errno);
        throw new OciException(error.Code, error.Message) { Step = "cgroup", Syscall = "fchownat", Object = path, Errno = errno, SpecPointer = "/linux/uidMappings" };
    }
}
