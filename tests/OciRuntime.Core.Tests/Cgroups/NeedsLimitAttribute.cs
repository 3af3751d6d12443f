using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A test of a limit needs root, its controller and the kernel's file for it, by the controller's version.</summary>
/// <param name="v1">File of v1, for example <c>cpu.shares</c>, or null when the limit is not there.</param>
/// <param name="v2">File of v2, or null.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsLimitAttribute(string? v1, string? v2) : NeedsAttribute
{
    /// <summary>A block device is needed besides.</summary>
    public bool Disk { get; set; }

    /// <summary>Loop devices are needed besides.</summary>
    public bool Loop { get; set; }

    /// <summary>An RDMA device is needed besides.</summary>
    public bool Rdma { get; set; }

    /// <summary>A file of another scheduler, which takes the setting where it is there.</summary>
    public string? Without { get; set; }

    /// <summary>The version of Linux that took it away, as in 5.0.</summary>
    public string? Until { get; set; }

    protected override string? Missing() =>
        !Environment.IsPrivilegedProcess ? "needs root"
        : Until is not null && Environment.OSVersion.Version >= Version.Parse(Until) ? $"gone since Linux {Until}"
        : Missing(v1, v2) is { } missing ? missing
        : Disk && BlockDevice() is null ? "this machine has no block device"
        : Loop && (!File.Exists("/dev/loop-control") || Machine.FindProgram("losetup") is null) ? "this machine has no loop devices"
        : Rdma && RdmaDevice() is null ? "this machine has no RDMA device"
        : Without is not null && Missing(Without, Without) is null ? $"this kernel has {Without}"
        : null;

    internal static string? BlockDevice()
    {
        string? disk = !Directory.Exists("/sys/block") ? null : Directory.GetDirectories("/sys/block").FirstOrDefault(static disk => !disk.Contains("loop", StringComparison.Ordinal) && !disk.Contains("ram", StringComparison.Ordinal));
        return disk is null ? null : File.ReadAllText(disk + "/dev").Trim();
    }

    internal static string? RdmaDevice() =>
        Directory.Exists("/sys/class/infiniband") ? Directory.GetDirectories("/sys/class/infiniband").Select(System.IO.Path.GetFileName).FirstOrDefault() : null;

    private static string? Missing(string? v1, string? v2)
    {
        HostFacts host = HostFacts.Read();
        string controller = (v1 ?? v2)!.Split('.')[0];
        bool legacy = host.Cgroups.Hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(controller));
        string? file = legacy ? v1 : v2;
        if (file is null)
            return legacy ? $"cgroup v1 has no {v2}" : $"cgroup v2 has no {v1}";
        if (!legacy && !host.Cgroups.UnifiedControllers.Contains(file.Split('.')[0]))
            return $"this machine has no {controller} controller";
        // The root of a hierarchy lacks most files: look into a cgroup.
        IContainerCgroup probe = CgroupFactory.ForNew(host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec("/oci-tests/probe-" + Guid.NewGuid().ToString("N")), "probe");
        // Whatever is asked of a controller on the unified side of a hybrid layout hands it down.
        probe.Make(!legacy && host.Cgroups.Mode != CgroupMode.Unified ? new OciResources { Unified = new() { [controller == "hugetlb" ? "hugetlb.2MB.max" : "cgroup.max.depth"] = "1073741824" } } : null);
        string directory = legacy ? probe.Paths[controller] : probe.Paths[string.Empty];
        bool there = File.Exists(directory + "/" + file);
        probe.Remove(CancellationToken.None);
        return there ? null : $"this kernel has no {file}";
    }
}
