using OciRuntime.Core.Hardening;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Hardening;

/// <summary>Each rule finds what it is about, and nothing where that is not.</summary>
public class SecurityReviewTests
{
    [Fact]
    public void WhatHasEveryDefenceHasNoFinding()
    {
        OciSecurityScore score = SecurityReview.Of(Sound(), "x");
        Assert.Empty(score.Findings);
        Assert.Equal((100, null, "x"), (score.Score, score.Worst, score.Name));
    }

    [Fact]
    public void AnEmptyConfigurationIsReviewed() => Assert.Contains(SecurityReview.Of(new OciSpec()).Findings, finding => finding is { Rule: "HostNamespace", Severity: "Critical" });

    public static TheoryData<string, string, string, Action<OciSpec>> Changes => new()
    {
        { "PrivilegedCapability", "Low", "/process/capabilities/effective/0", spec => spec.Process!.Capabilities = new OciCapabilities { Effective = ["CAP_SYS_ADMIN"] } },
        { "PrivilegedCapability", "Critical", "/process/capabilities/permitted/1", spec => { NoUserNamespace(spec); spec.Process!.Capabilities = new OciCapabilities { Permitted = ["CAP_KILL", "CAP_SYS_PTRACE"] }; } },
        { "PrivilegedCapability", "Low", "/process/capabilities/inheritable/0", spec => { NoUserNamespace(spec); spec.Process!.Capabilities = new OciCapabilities { Inheritable = ["CAP_NET_RAW"] }; } },
        { "PrivilegedCapability", "Medium", "/process/capabilities/bounding/0", spec => { NoUserNamespace(spec); spec.Process!.NoNewPrivileges = false; spec.Process.Capabilities = new OciCapabilities { Bounding = ["CAP_MKNOD"] }; } },
        { "NoUserNamespace", "Medium", "/linux/namespaces", NoUserNamespace },
        { "NoUserNamespace", "Medium", "/linux/namespaces", spec => spec.Linux!.Namespaces!.Find(one => one.Type == "user")!.Path = "/proc/1/ns/user" },
        { "HostRootMapped", "Medium", "/linux/uidMappings/1", spec => spec.Linux!.UidMappings!.Add(new OciIdMapping { ContainerID = 65536, HostID = 0, Size = 1 }) },
        { "HostNamespace", "Critical", "/linux/namespaces", spec => Leave(spec, "mount") },
        { "HostNamespace", "High", "/linux/namespaces", spec => Leave(spec, "pid") },
        { "HostNamespace", "High", "/linux/namespaces", spec => Leave(spec, "network") },
        { "HostNamespace", "Medium", "/linux/namespaces", spec => Leave(spec, "ipc") },
        { "HostNamespace", "Low", "/linux/namespaces", spec => Leave(spec, "uts") },
        { "HostNamespace", "Low", "/linux/namespaces", spec => Leave(spec, "cgroup") },
        { "HostNamespace", "High", "/linux/namespaces/0", spec => spec.Linux!.Namespaces![0].Path = "/proc/1/ns/pid" },
        { "RootInside", "Low", "/process/user/uid", spec => spec.Process!.User!.Uid = 0 },
        { "RootInside", "Medium", "/process/user/uid", spec => { NoUserNamespace(spec); spec.Process!.User = null; } },
        { "NoSeccomp", "High", "/linux/seccomp", spec => spec.Linux!.Seccomp = null },
        { "NoSeccomp", "High", "/linux/seccomp", spec => spec.Linux!.Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW" } },
        { "SeccompAllows", "Medium", "/linux/seccomp/defaultAction", spec => spec.Linux!.Seccomp!.DefaultAction = "SCMP_ACT_ALLOW" },
        { "SeccompAllows", "Medium", "/annotations/run.oci.seccomp_bpf_data", spec => spec.Annotations = new() { ["run.oci.seccomp_bpf_data"] = "AAAA" } },
        { "NewPrivileges", "Medium", "/process/noNewPrivileges", spec => spec.Process!.NoNewPrivileges = false },
        { "SetuidMount", "Low", "/mounts/7", spec => { spec.Process!.NoNewPrivileges = false; Mount(spec, "/srv/data", "rw"); } },
        { "HostBind", "High", "/mounts/7", spec => Mount(spec, "/etc", "rw") },
        { "HostBind", "Critical", "/mounts/7", spec => { NoUserNamespace(spec); Mount(spec, "/"); } },
        { "HostBind", "Critical", "/mounts/7", spec => { NoUserNamespace(spec); Mount(spec, "/usr/", "ro", "rw"); } },
        { "HostBind", "Medium", "/mounts/7", spec => Mount(spec, "/etc/../etc", "rro") },
        { "HostBind", "High", "/mounts/7", spec => Mount(spec, "/proc/sys") },
        { "HostBind", "Critical", "/mounts/7", spec => Mount(spec, "/var/run/docker.sock", "ro") },
        { "HostBind", "High", "/mounts/7", spec => Mount(spec, "/var") },
        { "MaskedPaths", "Medium", "/linux/maskedPaths", spec => spec.Linux!.MaskedPaths!.Remove("/proc/kcore") },
        { "MaskedPaths", "Medium", "/linux/maskedPaths", spec => spec.Linux!.MaskedPaths = null },
        { "ReadonlyPaths", "Medium", "/linux/readonlyPaths", spec => spec.Linux!.ReadonlyPaths!.Remove("/proc/sysrq-trigger") },
        { "ReadonlyPaths", "Critical", "/linux/readonlyPaths", spec => { NoUserNamespace(spec); spec.Process!.User!.Uid = 0; spec.Linux!.ReadonlyPaths = null; } },
        { "WritableCgroup", "Low", "/mounts/6", spec => spec.Mounts![6].Options!.Remove("ro") },
        { "WritableCgroup", "High", "/mounts/6", spec => { NoUserNamespace(spec); spec.Process!.User!.Uid = 0; spec.Mounts![6].Options!.Remove("ro"); } },
        { "AllDevices", "High", "/linux/resources/devices/1", spec => Device(spec, null, "rwm") },
        { "AllDevices", "Critical", "/linux/resources/devices/1", spec => { NoUserNamespace(spec); Device(spec, "b", "r"); } },
        { "AllDevices", "High", "/linux/resources/devices/1", spec => Device(spec, "c", "w") },
        { "NoMemoryLimit", "Medium", "/linux/resources/memory/limit", spec => spec.Linux!.Resources!.Memory = null },
        { "NoMemoryLimit", "Medium", "/linux/resources/memory/limit", spec => spec.Linux!.Resources!.Memory!.Limit = -1 },
        { "NoPidsLimit", "Medium", "/linux/resources/pids/limit", spec => spec.Linux!.Resources!.Pids = null },
        { "NoPidsLimit", "Medium", "/linux/resources/pids/limit", spec => { spec.Linux!.Resources!.Pids!.Limit = -1; spec.Linux.Resources.Unified = new() { ["pids.max"] = "max" }; } },
        { "NoSecurityModule", "Low", "/process/apparmorProfile", spec => spec.Process!.ApparmorProfile = null },
        { "UnconfinedModule", "Medium", "/process/apparmorProfile", spec => spec.Process!.ApparmorProfile = "unconfined" },
        { "UnconfinedModule", "Medium", "/process/selinuxLabel", spec => { spec.Process!.ApparmorProfile = null; spec.Process.SelinuxLabel = "system_u:system_r:spc_t:s0"; } },
        { "WritableRootfs", "Low", "/root/readonly", spec => spec.Root!.Readonly = false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void WhatIsOpenedIsFound(string rule, string severity, string pointer, Action<OciSpec> open)
    {
        OciSpec spec = Sound();
        open(spec);
        OciSecurityScore score = SecurityReview.Of(spec);
        OciSecurityFinding finding = Assert.Single(score.Findings, finding => finding.Rule == rule);
        Assert.Equal((severity, pointer), (finding.Severity, finding.Pointer));
        Assert.NotEmpty(finding.Reason);
        Assert.NotEmpty(finding.Hint);
        Assert.Equal(Math.Max(0, 100 - score.Findings.Sum(one => one.Points)), score.Score);
        Assert.Equal(score.Findings[0].Severity, score.Worst);
        Assert.Equal(score.Findings.OrderByDescending(one => one.Points).Select(one => one.Points), score.Findings.Select(one => one.Points));
    }

    public static TheoryData<string, Action<OciSpec>> Harmless => new()
    {
        { "Capabilities over its user namespace", spec => spec.Process!.Capabilities = new OciCapabilities { Effective = ["CAP_NET_ADMIN", "CAP_MKNOD"] } },
        { "Only in the bounding set, with noNewPrivileges", spec => spec.Process!.Capabilities = new OciCapabilities { Bounding = ["CAP_SYS_ADMIN"] } },
        { "A namespace that is joined, and is not the host's", spec => spec.Linux!.Namespaces![1].Path = "/run/netns/web" },
        { "A directory of its own", spec => Mount(spec, "/srv/data", "rw") },
        { "A file in a directory of the system", spec => Mount(spec, "/etc/resolv.conf", "rw") },
        { "Another directory with such a beginning", spec => Mount(spec, "/etcetera", "rw") },
        { "Programs that are read-only", spec => Mount(spec, "/usr", "ro") },
        { "A file of /sys that is read-only", spec => Mount(spec, "/sys/kernel", "ro") },
        { "No files of /proc, nothing to mask", spec => { spec.Mounts!.RemoveAll(mount => mount.Destination is "/proc" or "/sys"); spec.Linux!.MaskedPaths = null; spec.Linux.ReadonlyPaths = null; } },
        { "A directory that is masked as a whole", spec => { spec.Linux!.MaskedPaths = ["/proc", "/sys/firmware"]; } },
        { "A /proc that is read-only", spec => { spec.Mounts![0].Options = ["ro"]; spec.Linux!.ReadonlyPaths = null; } },
        { "All devices, taken back", spec => { Device(spec, null, "rwm"); spec.Linux!.Resources!.Devices!.Add(new OciDeviceRule { Access = "rwm" }); } },
        { "Nodes of all devices, which can't be opened", spec => Device(spec, null, "m") },
        { "One device", spec => spec.Linux!.Resources!.Devices!.Add(new OciDeviceRule { Allow = true, Type = "c", Major = 10, Minor = 229, Access = "rwm" }) },
        { "Limits as files of v2", spec => { spec.Linux!.Resources!.Memory = null; spec.Linux.Resources.Pids = null; spec.Linux.Resources.Unified = new() { ["memory.max"] = "1000000", ["pids.max"] = "10" }; } },
        { "A label of SELinux", spec => { spec.Process!.ApparmorProfile = null; spec.Process.SelinuxLabel = "system_u:system_r:container_t:s0:c1,c2"; } },
        { "A filter that denies", spec => spec.Linux!.Seccomp!.DefaultAction = "SCMP_ACT_KILL_PROCESS" },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public void WhatOpensNothingIsNoFinding(string what, Action<OciSpec> change)
    {
        OciSpec spec = Sound();
        change(spec);
        Assert.True(SecurityReview.Of(spec).Findings is [], $"{what}: {string.Join(", ", SecurityReview.Of(spec).Findings)}");
    }

    [Fact]
    public void AScoreIsNotBelowNothing()
    {
        OciSpec spec = Sound();
        NoUserNamespace(spec);
        spec.Process!.Capabilities = new OciCapabilities { Effective = [.. CapabilityNames.All] };
        OciSecurityScore score = SecurityReview.Of(spec);
        Assert.True(score.Findings.Sum(finding => finding.Points) > 100);
        Assert.Equal((0, "0"), (score.Score, score.ToString()));
    }

    private static OciSpec Sound()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Process!.User = new OciUser { Uid = 1000, Gid = 1000 };
        spec.Process.ApparmorProfile = "container-default";
        OciLinux linux = spec.Linux!;
        linux.Namespaces!.RemoveAll(one => one.Type == "cgroup");
        linux.Namespaces.AddRange([new OciNamespace { Type = "cgroup" }, new OciNamespace { Type = "user" }]);
        linux.UidMappings = [new OciIdMapping { ContainerID = 0, HostID = 100000, Size = 65536 }];
        linux.GidMappings = [new OciIdMapping { ContainerID = 0, HostID = 100000, Size = 65536 }];
        linux.Resources!.Memory = new OciMemory { Limit = 1 << 28 };
        linux.Resources.Pids = new OciPids { Limit = 100 };
        linux.Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ERRNO", Syscalls = [new OciSyscall { Names = ["read"], Action = "SCMP_ACT_ALLOW" }] };
        return spec;
    }

    private static void NoUserNamespace(OciSpec spec) => Leave(spec, "user");

    private static void Leave(OciSpec spec, string type) => Assert.Equal(1, spec.Linux!.Namespaces!.RemoveAll(one => one.Type == type));

    private static void Mount(OciSpec spec, string source, params string[] options) =>
        spec.Mounts!.Add(new OciMount { Destination = "/mnt", Type = "bind", Source = source, Options = ["rbind", .. options] });

    private static void Device(OciSpec spec, string? type, string access) =>
        spec.Linux!.Resources!.Devices!.Add(new OciDeviceRule { Allow = true, Type = type, Access = access });
}
