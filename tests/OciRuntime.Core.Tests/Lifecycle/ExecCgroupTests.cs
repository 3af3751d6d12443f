using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Tests.Cgroups;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Where a process is accounted that is started in a container: beside its init, or below it where that is asked for.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class ExecCgroupTests : ContainerFixture
{
    [Fact]
    public void ItIsInTheContainersCgroup()
    {
        Start(out IContainerCgroup cgroup);
        Assert.Equal(Places(cgroup, string.Empty), Exec());
    }

    [Fact]
    public void ItIsInTheGroupThatIsAskedFor()
    {
        Start(out IContainerCgroup cgroup);
        MakeInner(cgroup);
        Assert.Equal(Places(cgroup, "/inner"), Exec("inner"));
        Assert.Equal(Places(cgroup, "/inner"), Exec("/inner/."));
    }

    [Fact]
    public void AControllerCanBeNamed()
    {
        Start(out IContainerCgroup cgroup);
        MakeInner(cgroup);
        string controller = cgroup.Paths.Keys.First(key => key.Length > 0 || cgroup.Paths.Count == 1);
        string expected = cgroup.Paths[controller] + "/inner";
        Assert.Contains(Below(expected, cgroup, controller), Exec(controller.Length == 0 ? "inner" : controller + ":inner"));
    }

    [Fact]
    public void GroupsThatAreNotThereOrElsewhereAreRefused()
    {
        Start(out _);
        foreach (string group in new[] { "nothing", "../x", "inner/../../x", "nocontroller:inner" })
            Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Exec(group)).Code);
    }

    [Fact]
    public void BesideAnInitThatWentDeeper()
    {
        int pid = Start(out IContainerCgroup cgroup);
        string? unified = cgroup.CloneDirectory;
        Assert.SkipWhen(unified is null, "this machine has no unified cgroup hierarchy");
        // As systemd in a container does: itself into a leaf, then controllers for its other groups.
        Directory.CreateDirectory(unified + "/init.scope");
        File.WriteAllText(unified + "/init.scope/cgroup.procs", $"{pid}");
        string? controller = File.ReadAllText(unified + "/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        if (controller is not null)
            File.WriteAllText(unified + "/cgroup.subtree_control", "+" + controller);
        string expected = unified[HostFacts.Read().Cgroups.UnifiedMountPoint!.Length..] + (controller is null ? string.Empty : "/init.scope");
        Assert.Contains("0::" + expected, Exec());
    }

    /// <summary>On v1 the helper's stage one joins too, and would be one process too many; what the runtime moves no limit keeps out.</summary>
    [Fact, NeedsCgroup("pids", legacyOnly: true)]
    public void ALimitOfProcessesThatIsReachedKeepsNoneOut()
    {
        Start(out IContainerCgroup cgroup, spec => spec.Linux!.Resources = new() { Pids = new() { Limit = 1 } });
        Assert.Equal(Places(cgroup, string.Empty), Exec());
        MakeInner(cgroup);
        Assert.Equal(Places(cgroup, "/inner"), Exec("inner"));
    }

    /// <summary>There too stage one joins for the container's init, and is not counted.</summary>
    [Fact, NeedsCgroup("pids")]
    public void AContainerInThePidNamespaceOfAnotherMayHaveASingleProcess()
    {
        int pid = Start(out _);
        OciSpec spec = Spec("cat", "/proc/self/cgroup");
        spec.Linux!.Namespaces!.RemoveAll(static one => one.Type is "cgroup" or "pid");
        spec.Linux.Namespaces.Add(new() { Type = "pid", Path = $"/proc/{pid}/ns/pid" });
        spec.Linux.Resources = new() { Pids = new() { Limit = 1 } };
        string[] lines = Lines(Run(spec, "pod").Output);
        Assert.Equal(Places(CgroupFactory.ForNew(HostFacts.Read(), CgroupManagerKind.Cgroupfs, spec, "pod"), string.Empty), lines);
    }

    private int Start(out IContainerCgroup cgroup, Action<OciSpec>? change = null)
    {
        OciSpec spec = Spec("sleep", "100");
        change?.Invoke(spec);
        // Without a cgroup namespace a process sees its cgroups as the host does.
        spec.Linux!.Namespaces!.RemoveAll(one => one.Type == "cgroup");
        int pid = Runtime.Create(Request("c", spec)).Pid;
        Runtime.Start("c");
        cgroup = CgroupFactory.ForNew(HostFacts.Read(), CgroupManagerKind.Cgroupfs, spec, "c");
        return pid;
    }

    private static void MakeInner(IContainerCgroup cgroup)
    {
        foreach (string directory in cgroup.Paths.Values.Distinct())
            Directory.CreateDirectory(directory + "/inner");
        if (cgroup.Paths.TryGetValue("cpuset", out string? cpuset))
        {
            foreach (string file in new[] { "cpuset.cpus", "cpuset.mems" })
                File.WriteAllText($"{cpuset}/inner/{file}", File.ReadAllText($"{cpuset}/{file}"));
        }
    }

    private string[] Exec(params string[] groups)
    {
        using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["cat", "/proc/self/cgroup"], Cgroups = [.. groups], Stdio = StdioMode.Pipe });
        process.StandardInput!.Dispose();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        Assert.Equal(0, process.Wait().ExitCode);
        return Lines(output);
    }

    // Lines of /proc/self/cgroup without the number of the hierarchy, for the hierarchies that the container is in.
    private static string[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.StartsWith("0::", StringComparison.Ordinal) ? line : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]).Where(static line => line.Contains("/oci-tests/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string[] Places(IContainerCgroup cgroup, string below)
    {
        CgroupLayout layout = HostFacts.Read().Cgroups;
        IEnumerable<string> lines = layout.Hierarchies.Where(one => cgroup.Paths.ContainsKey(one.Controllers[0])).Select(one => Below(cgroup.Paths[one.Controllers[0]] + below, cgroup, one.Controllers[0]));
        if (cgroup.Paths.TryGetValue(string.Empty, out string? unified))
            lines = lines.Append("0::" + (unified + below)[layout.UnifiedMountPoint!.Length..]);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static string Below(string directory, IContainerCgroup cgroup, string controller)
    {
        CgroupLayout layout = HostFacts.Read().Cgroups;
        if (controller.Length == 0)
            return "0::" + directory[layout.UnifiedMountPoint!.Length..];
        CgroupHierarchy hierarchy = layout.Hierarchies.First(one => one.Controllers.Contains(controller));
        Assert.Contains(controller, cgroup.Paths.Keys);
        return string.Join(',', hierarchy.Controllers) + ":" + directory[hierarchy.MountPoint.Length..];
    }
}
