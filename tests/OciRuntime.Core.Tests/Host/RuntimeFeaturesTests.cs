using System.Text.Json;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Host;

/// <summary>features: complete, and what it says of the kernel is what the kernel says.</summary>
public sealed class RuntimeFeaturesTests
{
    private static readonly JsonElement s_linux = Features(RuntimeFeatures.ToJson()).GetProperty("linux");

    [Fact, Needs(Root = true)]
    public void NamespacesAreTheKernels()
    {
        string[] kernel = [.. Directory.GetFileSystemEntries("/proc/self/ns").Select(Path.GetFileName).Select(static name => name switch { "mnt" => "mount", "net" => "network", _ => name! })];
        Assert.Equal(kernel.Where(static name => !name.EndsWith("_for_children", StringComparison.Ordinal)).Order(StringComparer.Ordinal), Texts(s_linux, "namespaces"));
    }

    [Fact]
    public void CapabilitiesAreTheKernels()
    {
        int last = int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"));
        Assert.Equal(CapabilityNames.All.Take(last + 1), Texts(s_linux, "capabilities"));
    }

    [Fact]
    public void SupportedSeccompFlagsAreTheKernels()
    {
        JsonElement seccomp = s_linux.GetProperty("seccomp");
        Version kernel = Environment.OSVersion.Version;
        List<string> expected = [];
        foreach ((string name, string since) in new[] { ("TSYNC", "3.17"), ("LOG", "4.14"), ("SPEC_ALLOW", "4.17"), ("WAIT_KILLABLE_RECV", "5.19") })
        {
            if (kernel >= Version.Parse(since))
                expected.Add("SECCOMP_FILTER_FLAG_" + name);
        }

        Assert.Equal(expected, Texts(seccomp, "supportedFlags"));
        Assert.Subset(Texts(seccomp, "knownFlags").ToHashSet(), Texts(seccomp, "supportedFlags").ToHashSet());
    }

    [Fact]
    public void TheRdmaControllerIsTheKernels()
    {
        bool there = File.Exists("/sys/fs/cgroup/cgroup.controllers") && File.ReadAllText("/sys/fs/cgroup/cgroup.controllers").Split(' ', '\n').Contains("rdma");
        there |= File.Exists("/proc/cgroups") && File.ReadLines("/proc/cgroups").Any(static line => line.StartsWith("rdma\t", StringComparison.Ordinal) && line.EndsWith("\t1", StringComparison.Ordinal));
        JsonElement cgroup = s_linux.GetProperty("cgroup");
        Assert.Equal(there, cgroup.GetProperty("rdma").GetBoolean());
        Assert.All(["v1", "v2", "systemd", "systemdUser"], name => Assert.True(cgroup.GetProperty(name).GetBoolean()));
    }

    [Fact]
    public void SecurityModulesAndResctrlAreTheKernels()
    {
        Assert.Equal(File.Exists("/sys/module/apparmor/parameters/enabled") && File.ReadAllText("/sys/module/apparmor/parameters/enabled").Trim() == "Y", IsEnabled(s_linux, "apparmor"));
        Assert.Equal(File.Exists("/sys/fs/selinux/enforce"), IsEnabled(s_linux, "selinux"));
        Assert.Equal(File.ReadLines("/proc/filesystems").Contains("nodev\tresctrl"), IsEnabled(s_linux, "intelRdt"));
    }

    [Fact]
    public void AMachineWithLabelsAndResctrlHasThem()
    {
        using FakeMachine machine = new FakeMachine().With("/sys/module/apparmor/parameters/enabled", "Y\n").With("/sys/fs/selinux/enforce", "1").With("/proc/filesystems", "nodev\tproc\nnodev\tresctrl\n");
        JsonElement linux = Features(RuntimeFeatures.ToJson(new KernelFacts(machine.Root))).GetProperty("linux");
        Assert.All(["apparmor", "selinux", "intelRdt"], section => Assert.True(IsEnabled(linux, section)));
        using FakeMachine bare = new FakeMachine().With("/sys/module/kernel/initstate", "").With("/proc/filesystems", "nodev\tproc\n");
        linux = Features(RuntimeFeatures.ToJson(new KernelFacts(bare.Root))).GetProperty("linux");
        Assert.All(["apparmor", "selinux", "intelRdt"], section => Assert.False(IsEnabled(linux, section)));
    }

    [Fact]
    public void AnOlderKernelHasLess()
    {
        using FakeMachine machine = new FakeMachine().With("/proc/self/ns/pid", "").With("/proc/self/ns/mnt", "").With("/proc/self/ns/net", "").With("/proc/sys/kernel/cap_last_cap", "36\n")
            .With("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t1\t1\t1\nrdma\t2\t1\t0\n");
        JsonElement linux = Features(RuntimeFeatures.ToJson(new KernelFacts(machine.Root))).GetProperty("linux");
        Assert.Equal(["mount", "network", "pid"], Texts(linux, "namespaces"));
        Assert.Equal("CAP_BLOCK_SUSPEND", Texts(linux, "capabilities")[^1]);
        Assert.False(linux.GetProperty("cgroup").GetProperty("rdma").GetBoolean());
    }

    [Fact]
    public void WhereNothingCanBeSeenEverythingKnownIsNamed()
    {
        using FakeMachine machine = new();
        JsonElement linux = Features(RuntimeFeatures.ToJson(new KernelFacts(machine.Root))).GetProperty("linux");
        Assert.Equal(8, Texts(linux, "namespaces").Length);
        Assert.All(["apparmor", "selinux", "intelRdt"], section => Assert.True(IsEnabled(linux, section)));
        Assert.Equal(CapabilityNames.All, Texts(linux, "capabilities"));
    }

    // config.md, "Linux mount options".
    [Fact]
    public void MountOptionsAreThoseOfTheRuntimeSpecAndMean()
    {
        string[] spec =
        [
            "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime", "loud", "mand", "noatime", "nodev", "nodiratime",
            "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime",
            "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro",
            "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave",
            "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
        ];
        string[] known = Texts(Features(RuntimeFeatures.ToJson()), "mountOptions");
        Assert.Equal(spec.Concat(["dest-nofollow", "src-nofollow"]).Order(StringComparer.Ordinal), known);
        // Those of a superblock go to the filesystem by their own names; no other does.
        Assert.Equal(["dirsync", "lazytime", "mand", "sync"], known.Where(static option => MountOptions.Parse([option]).Data.Count > 0));
        Assert.Equal(["nodirsync"], MountOptions.Parse(["nodirsync"]).Data);
    }

    [Fact]
    public void EverySectionIsThere()
    {
        JsonElement features = Features(RuntimeFeatures.ToJson());
        Assert.Equal(("1.0.0", SpecVersion.Current), (features.GetProperty("ociVersionMin").GetString(), features.GetProperty("ociVersionMax").GetString()));
        Assert.Equal(["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"], Texts(features, "hooks"));
        Assert.Equal(["org.systemd.property.", "org.criu.config", "run.oci."], Texts(features, "potentiallyUnsafeConfigAnnotations"));
        Assert.True(features.GetProperty("annotations").TryGetProperty("org.opencontainers.runc.checkpoint.enabled", out _));
        Assert.Equal(
            ["namespaces", "capabilities", "cgroup", "seccomp", "apparmor", "selinux", "intelRdt", "memoryPolicy", "mountExtensions", "netDevices"],
            s_linux.EnumerateObject().Select(static property => property.Name));
        Assert.True(IsEnabled(s_linux, "netDevices"));
        Assert.True(s_linux.GetProperty("mountExtensions").GetProperty("idmap").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public void WhatIsNamedIsAccepted()
    {
        JsonElement policy = s_linux.GetProperty("memoryPolicy");
        foreach (string mode in Texts(policy, "modes"))
        {
            OciSpec spec = SpecDefaults.Create();
            spec.Linux!.MemoryPolicy = new() { Mode = mode, Nodes = mode is "MPOL_DEFAULT" or "MPOL_LOCAL" ? "" : "0" };
            SpecValidator.Validate(spec);
        }

        foreach (string name in Texts(s_linux.GetProperty("seccomp"), "knownFlags"))
        {
            OciSpec spec = SpecDefaults.Create();
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Flags = [name], Architectures = [.. Texts(s_linux.GetProperty("seccomp"), "archs")] };
            SpecValidator.Validate(spec);
        }

        Assert.Equal(["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"], Texts(policy, "flags"));
        Assert.Equal(NamespaceKind.Types.Length, NamespaceKind.Types.Distinct().Count());
    }

    private static bool IsEnabled(JsonElement linux, string section) => linux.GetProperty(section).GetProperty("enabled").GetBoolean();

    private static JsonElement Features(byte[] json) => JsonDocument.Parse(json).RootElement;

    private static string[] Texts(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(static item => item.GetString()!)];
}
