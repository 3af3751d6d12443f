using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Cgroups;

/// <summary>Finds limits in linux.resources that a machine's cgroups can't hold, as far as can be told without making a cgroup.</summary>
internal static class CgroupCheck
{
    /// <summary>The errors that create would report. The cgroups that are delegated to a rootless runtime are not checked.</summary>
    internal static List<OciException> Of(HostFacts host, OciResources resources)
    {
        var problems = new List<OciException>();
        if (host.Rootless || FileCgroups.ForNew(host, new OciSpec(), "lint") is not IFileCgroup cgroup)
            return problems;
        ResourceWrites writes = Try(() => ResourceWrites.Of(resources, cgroup.IsUnified), problems) ?? new([], []);
        foreach (CgroupWrite write in writes.Legacy)
            Check(host, write, host.Cgroups.Hierarchies.FirstOrDefault(hierarchy => hierarchy.Controllers.Contains(write.Controller))?.MountPoint, problems);
        foreach (CgroupWrite write in writes.Unified)
        {
            bool there = write.Controller.Length == 0 || host.Cgroups.UnifiedControllers.Contains(write.Controller);
            Check(host, write, there ? host.Cgroups.UnifiedMountPoint : null, problems);
        }

        if (host.Cgroups.Mode != CgroupMode.Unified)
            Try(() => DeviceAccessList.Of(DeviceRule.Effective(resources.Devices)).Writes(from: null), problems);
        return problems;
    }

    private static T? Try<T>(Func<T> writes, List<OciException> problems)
        where T : class
    {
        try
        {
            return writes();
        }
        catch (OciException e)
        {
            problems.Add(e);
            return null;
        }
    }

    private static void Check(HostFacts host, CgroupWrite write, string? mountPoint, List<OciException> problems)
    {
        if (write.Optional)
            return;
        if (mountPoint is null)
            problems.Add(Problem(write, $"the {write.Controller} cgroup controller is not available", "/proc/cgroups shows whether the kernel has it and whether it is enabled"));
        else if (write.File is "cpuset.cpus" or "cpuset.mems")
            CheckSet(host, write, mountPoint, problems);
        else if (Example(host.Cgroups.FileRoot + mountPoint, write.Controller) is { } example && !Has(example, write) && !(write.Otherwise is { } other && Has(example, other)))
            problems.Add(Problem(write, $"this kernel has no {write.File}", $"the {write.Controller} controller lacks this limit on this kernel"));
    }

    // v1 accepts what the root of the hierarchy has, v2 all that are possible (cpuset(7); cpuset.c, update_cpumask()).
    private static void CheckSet(HostFacts host, CgroupWrite write, string mountPoint, List<OciException> problems)
    {
        string root = host.Cgroups.FileRoot, kind = write.File == "cpuset.cpus" ? "cpu" : "node";
        string? text = TextFile.TryReadOnce($"{root}{mountPoint}/{write.File}") ?? TextFile.TryReadOnce($"{root}/sys/devices/system/{kind}/possible");
        if (text?.Trim() is not { Length: > 0 } present
            || !CpuList.TryMask(present, CpuList.MaxCpu, out byte[]? have) || !CpuList.TryMask(write.Value, CpuList.MaxCpu, out byte[]? want))
            return;
        for (int i = 0; i < want.Length; i++)
        {
            if ((want[i] & ~(i < have.Length ? have[i] : 0)) == 0)
                continue;
            problems.Add(Problem(write, $"{write.Value} is more than this machine has: {present}", null));
            return;
        }
    }

    // The root has few of the files, and a v2 child lacks those of controllers that its parent has not enabled.
    private static string? Example(string mountPoint, string controller)
    {
        foreach (string child in CgroupDirectory.Children(mountPoint))
        {
            string? controllers = TextFile.TryReadOnce(child + "/cgroup.controllers");
            if (controller.Length == 0 || controllers is null || Array.IndexOf(CgroupLayout.Words(controllers), controller) >= 0)
                return child;
        }

        return null;
    }

    private static bool Has(string directory, CgroupWrite write) => Inode.Exists(directory + "/" + write.File);

    private static OciException Problem(CgroupWrite write, string message, string? hint) =>
        new(OciErrorCode.NotSupported, message) { Step = "cgroup", SpecPointer = write.SpecPointer, Hint = hint };
}
