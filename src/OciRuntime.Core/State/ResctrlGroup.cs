using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.State;

/// <summary>
/// linux.intelRdt: the container's class of service and monitoring group in resctrl (runtime-spec config-linux.md, "IntelRdt";
/// Documentation/filesystems/resctrl.rst).
/// </summary>
/// <param name="Directory">The class's directory.</param>
/// <param name="Made">This container made it, and delete removes it.</param>
/// <param name="Monitor">The monitoring group, which is always the container's own, or null.</param>
internal sealed record ResctrlGroup(string Directory, bool Made, string? Monitor)
{
    /// <summary>Where the kernel's documentation, and everybody else, mounts it.</summary>
    public const string DefaultRoot = "/sys/fs/resctrl";

    private string Schemata => Path.Combine(Directory, "schemata");

    /// <summary>Makes or finds the class and writes its schemata; on error, what was made before is removed.</summary>
    /// <param name="root">The mounted resctrl filesystem.</param>
    /// <param name="rdt">The section of the configuration.</param>
    /// <param name="id">Container id, which names a class without closID.</param>
    public static ResctrlGroup Create(string root, OciIntelRdt rdt, string id)
    {
        if (!Inode.IsDirectory(Path.Combine(root, "info")))
        {
            throw new OciException(OciErrorCode.NotSupported, $"/linux/intelRdt: resctrl is not mounted on {root}")
            {
                Step = "resctrl",
                Object = root,
                SpecPointer = "/linux/intelRdt",
                Hint = "mount -t resctrl resctrl /sys/fs/resctrl; it needs a processor with RDT and CONFIG_X86_CPU_RESCTRL",
            };
        }
        string directory = rdt.ClosID is "/" ? root : Path.Combine(root, string.IsNullOrEmpty(rdt.ClosID) ? id : rdt.ClosID);
        List<string> schemata = Lines(rdt);
        bool made = !Inode.IsDirectory(directory);
        if (made && !string.IsNullOrEmpty(rdt.ClosID) && schemata.Count == 0)
        {
            throw new OciException(OciErrorCode.FileNotFound, $"/linux/intelRdt/closID: there is no class of service {rdt.ClosID} in {root}")
            {
                Step = "resctrl",
                Object = directory,
                SpecPointer = "/linux/intelRdt/closID",
                Hint = "a class without schemata must exist already",
            };
        }
        string? monitor = rdt.EnableMonitoring is true ? Path.Combine(directory, "mon_groups", id) : null;
        var group = new ResctrlGroup(directory, made, monitor);
        try
        {
            if (made)
                MakeDirectory(directory, "/linux/intelRdt/closID");
            if (schemata.Count > 0)
                Write(group.Schemata, string.Join('\n', schemata) + "\n", root, "/linux/intelRdt/schemata");
            if (monitor is not null)
                MakeDirectory(monitor, "/linux/intelRdt/enableMonitoring");
            return group;
        }
        catch
        {
            group.Remove(static _ => { });
            throw;
        }
    }

    /// <summary>Moves a process, and every process that it will start, into the groups.</summary>
    public void Join(int pid)
    {
        string text = pid.ToString(CultureInfo.InvariantCulture);
        Write(Path.Combine(Directory, "tasks"), text, null, "/linux/intelRdt");
        if (Monitor is not null)
            Write(Path.Combine(Monitor, "tasks"), text, null, "/linux/intelRdt/enableMonitoring");
    }

    /// <summary>Writes new schemata; if the kernel refuses one, the former ones are restored.</summary>
    /// <param name="root">The mounted resctrl filesystem.</param>
    /// <param name="rdt">What changes.</param>
    /// <returns>The former schemata, for <see cref="Restore"/>; null if nothing was written.</returns>
    public string? Update(string root, OciIntelRdt rdt)
    {
        List<string> lines = Lines(rdt);
        if (lines.Count == 0)
            return null;
        string former = TextFile.Read(Schemata);
        try
        {
            Write(Schemata, string.Join('\n', lines) + "\n", root, "/linux/intelRdt/schemata");
        }
        catch (OciException)
        {
            _ = TextFile.TryWrite(Schemata, former); // the lines before the refused one took effect
            throw;
        }

        return former;
    }

    /// <summary>Undoes an <see cref="Update"/>.</summary>
    public void Restore(string schemata, Action<string> warn)
    {
        if (TextFile.TryWrite(Schemata, schemata) != 0)
            warn($"the former schemata of {Directory} could not be restored");
    }

    /// <summary>Removes what was made for the container.</summary>
    public void Remove(Action<string> warn)
    {
        if (Monitor is not null)
            RemoveDirectory(Monitor, warn);
        if (Made)
            RemoveDirectory(Directory, warn);
    }

    // MB lines belong only in memBwSchema, which holds no others (runtime-spec config-linux.md, "IntelRdt").
    private static List<string> Lines(OciIntelRdt rdt)
    {
        List<string> lines = [.. rdt.Schemata ?? []];
        lines.AddRange(Split(rdt.L3CacheSchema).Where(static line => !line.StartsWith("MB:", StringComparison.Ordinal)));
        lines.AddRange(Split(rdt.MemBwSchema).Where(static line => line.StartsWith("MB:", StringComparison.Ordinal)));
        return lines;
    }

    private static string[] Split(string? text) => (text ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void MakeDirectory(string path, string pointer)
    {
        if (Libc.mkdirat(Libc.AT_FDCWD, path, 0x1ED /* 0755 */) == 0 || Errno.Last == Errno.EEXIST)
            return;
        throw Failed("make", path, "mkdirat", Errno.Last, pointer, Errno.Last == Errno.ENOSPC ? "the processor has no more classes or monitoring ids" : null);
    }

    // The kernel gives the reason in info/last_cmd_status.
    private static void Write(string path, string text, string? root, string pointer)
    {
        int errno = TextFile.TryWrite(path, text);
        if (errno != 0)
            throw Failed("write", path, "write", errno, pointer, root is null ? null : TextFile.TryReadForMessage(Path.Combine(root, "info", "last_cmd_status")));
    }

    // A resctrl directory is removed together with the files that the kernel shows in it.
    private static void RemoveDirectory(string path, Action<string> warn)
    {
        if (Libc.unlinkat(Libc.AT_FDCWD, path, Libc.AT_REMOVEDIR) != 0 && Errno.Last != Errno.ENOENT)
            warn($"remove {path}: rmdir: {KernelError.Reason(Errno.Last)}");
    }

    private static OciException Failed(string doing, string path, string syscall, int errno, string pointer, string? hint) =>
        new(KernelError.CodeOf(errno), $"{doing} {path} ({pointer}): {syscall}: {KernelError.Reason(errno)}")
        {
            Step = "resctrl",
            Syscall = syscall,
            Object = path,
            Errno = errno,
            SpecPointer = pointer,
            Hint = hint,
        };
}
