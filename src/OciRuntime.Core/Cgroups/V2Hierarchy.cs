using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;

namespace OciRuntime.Core.Cgroups;

/// <summary>Gives a directory of the unified hierarchy its controllers and its type (cgroup-v2 of the kernel's documentation).</summary>
internal static class V2Hierarchy
{
    // Controllers that work on threads; the others need a domain cgroup.
    private static readonly string[] s_threaded = ["", "cpu", "cpuset", "pids", "perf_event"];

    /// <summary>
    /// Enables every available controller for a cgroup, as runc and crun do: statistics and later updates need them. A controller that
    /// can't be enabled (busy, threaded, not delegated) is an error only for a limit that needs it.
    /// </summary>
    internal static void EnableControllers(string mountPoint, string directory)
    {
        for (int slash = mountPoint.Length; slash > 0; slash = directory.IndexOf('/', slash + 1))
        {
            string parent = directory[..slash];
            string file = parent + "/cgroup.subtree_control";
            string[] enabled = CgroupLayout.Words(TextFile.TryReadOnce(file));
            string[] missing = [.. CgroupLayout.Words(TextFile.TryReadOnce(parent + "/cgroup.controllers")).Except(enabled).Select(static controller => "+" + controller)];
            if (missing.Length == 0 || TextFile.TryWrite(file, string.Join(' ', missing)) == 0)
                continue;
            foreach (string one in missing)
                _ = TextFile.TryWrite(file, one);
        }
    }

    /// <summary>
    /// A new cgroup below a threaded one, or below one that has processes and threaded controllers, can't hold processes as it is. It
    /// becomes threaded too, unless a limit needs a domain cgroup.
    /// </summary>
    internal static void MakeValid(string mountPoint, string directory, IReadOnlyList<CgroupWrite> writes)
    {
        if (!IsInvalid(directory))
            return;
        if (writes.FirstOrDefault(static write => Array.IndexOf(s_threaded, write.Controller) < 0) is { } domain)
        {
            throw new OciException(OciErrorCode.NotSupported, $"set {domain.SpecPointer}: {directory} is below a threaded cgroup, where the {domain.Controller} controller does not work")
            {
                Step = "cgroup",
                Object = directory,
                SpecPointer = domain.SpecPointer,
                Hint = "use a linux.cgroupsPath whose parent cgroups have no processes",
            };
        }

        for (int slash = directory.IndexOf('/', mountPoint.Length + 1); slash > 0; slash = directory.IndexOf('/', slash + 1))
            MakeThreaded(directory[..slash]);
        MakeThreaded(directory);
    }

    private static bool IsInvalid(string directory) => TextFile.TryReadOnce(directory + "/cgroup.type")?.TrimEnd() == "domain invalid";

    private static void MakeThreaded(string directory)
    {
        if (!IsInvalid(directory))
            return;
        int errno = TextFile.TryWrite(directory + "/cgroup.type", "threaded");
        if (errno != 0)
            throw CgroupFiles.Failed("make threaded", directory, "write", errno, "/linux/cgroupsPath");
    }
}
