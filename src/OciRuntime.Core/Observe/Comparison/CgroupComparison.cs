using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>
/// Compares linux.resources with the files of the cgroup, and checks that the process is in it. Device rules can't be read back on v2 and are
/// left out on both versions.
/// </summary>
internal static class CgroupComparison
{
    public static void Compare(HostFacts host, ContainerState state, OciResources? resources, string process, Differences found)
    {
        if (state.CgroupManager == CgroupManagerKind.Disabled || state.CgroupPaths.Count == 0)
            return;
        IFileCgroup files = FileCgroups.Existing(host, state.CgroupPaths);
        if (!files.Processes().Contains(state.Pid))
            found.Add("cgroup", files.Paths.Values.First(), InWords(ContainerComparison.Read(process + "/cgroup")), "/linux/cgroupsPath");
        if (resources is null)
            return;
        ResourceWrites writes = ResourceWrites.Of(files.Complete(resources), files.IsUnified);
        string? whole = files.Paths.GetValueOrDefault(string.Empty);
        // The last write to a file, or to a device in it, wins.
        var last = new Dictionary<(string, string), CgroupWrite>();
        foreach (CgroupWrite write in writes.Legacy)
            Take(write, files.Paths.GetValueOrDefault(write.Controller));
        foreach (CgroupWrite write in writes.Unified)
            Take(write, whole);
        foreach (((string directory, _), CgroupWrite write) in last)
            Compare(directory, write, found);

        void Take(CgroupWrite write, string? directory)
        {
            if (directory is not null)
                last[(directory, write.File + " " + CgroupValue.KeyOf(write))] = write;
        }
    }

    private static void Compare(string directory, CgroupWrite write, Differences found)
    {
        string? text = TextFile.TryRead($"{directory}/{write.File}", out int errno);
        if (errno == Errno.ENOENT && write.Optional)
            return;
        if (text is null && errno is not (Errno.ENOENT or Errno.ENODEV))
        {
            if (Errno.TellsNothing(errno))
                throw KernelError.From("read", $"{directory}/{write.File}", "read", errno);
            return; // a write-only file
        }
        bool holds = text is not null && CgroupValue.Holds(write, text);
        // Where the kernel lacks the file, or the file has no entry for the device, the other file was written.
        if (!holds && write.Otherwise is { } other && TextFile.TryRead($"{directory}/{other.File}") is { } second && CgroupValue.Holds(other, second))
            return;
        if (!holds)
            found.Add(write.File, write.Value, text is null ? "no such file" : CgroupValue.Shown(write, text), write.SpecPointer);
    }

    // Every hierarchy has a line; the one of the unified hierarchy, or else the first, is enough.
    private static string InWords(string cgroups) => cgroups.Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderBy(static line => !line.StartsWith("0:", StringComparison.Ordinal)).FirstOrDefault(string.Empty);
}
