using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>linux.namespaces, each of a kind that is new, joined by path, or the host's.</summary>
[Collection(Name)]
public sealed class NamespaceTests : ContainerFixture
{
    private static readonly (string Type, string File)[] s_kinds = [("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("cgroup", "cgroup")];

    /// <summary>All 243 combinations of five kinds: what a container is in is what its configuration says.</summary>
    [FactWhen(Root = true, Program = "busybox")]
    public void EveryCombinationOfNewJoinedAndSharedIsTheKernels()
    {
        OciSpec holder = Spec("sleep", "1000");
        holder.Linux!.Namespaces = [.. s_kinds.Select(kind => new OciNamespace { Type = kind.Type }), new() { Type = "mount" }];
        Runtime.Create(Request("holder", holder));
        Runtime.Start("holder");
        int pid = Runtime.Get("holder").Pid;
        for (int code = 0; code < 243; code++)
        {
            var expected = new List<Func<string, bool>>();
            OciSpec spec = Script("for n in pid net ipc uts cgroup; do readlink /proc/self/ns/$n; done");
            spec.Hostname = null;
            spec.Linux!.Namespaces = [new() { Type = "mount" }];
            int rest = code;
            foreach ((string type, string file) in s_kinds)
            {
                string host = Link("self", file), joined = Link($"{pid}", file);
                switch (rest % 3)
                {
                    case 0:
                        spec.Linux.Namespaces.Add(new() { Type = type });
                        expected.Add(seen => seen != host && seen != joined);
                        break;
                    case 1:
                        spec.Linux.Namespaces.Add(new() { Type = type, Path = $"/proc/{pid}/ns/{file}" });
                        expected.Add(seen => seen == joined);
                        break;
                    default:
                        expected.Add(seen => seen == host);
                        break;
                }
                rest /= 3;
            }
            (string output, _) = Run(spec);
            string[] seen = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(seen.Length == expected.Count && seen.Zip(expected).All(pair => pair.Second(pair.First)), $"combination {code}: {output}");
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AJoinedUserNamespaceKeepsItsMappings()
    {
        Machine.Run("chmod", "755", Path.GetDirectoryName(Bundle)!);
        Machine.Run("chown", "-R", "200000:200000", Path.Combine(Bundle, "rootfs"));
        OciSpec holder = Spec("sleep", "1000");
        holder.Linux!.Namespaces!.Add(new() { Type = "user" });
        (holder.Linux.UidMappings, holder.Linux.GidMappings) = (Mapping(200_000), Mapping(200_000));
        Runtime.Create(Request("holder", holder));
        Runtime.Start("holder");
        OciSpec spec = Script("id -u; cat /proc/self/uid_map; readlink /proc/self/ns/user");
        spec.Linux!.Namespaces!.Add(new() { Type = "user", Path = $"/proc/{Runtime.Get("holder").Pid}/ns/user" });
        (spec.Linux.UidMappings, spec.Linux.GidMappings) = (Mapping(200_000), Mapping(200_000));

        (string output, _) = Run(spec);

        Assert.Equal(["0", "0 200000 65536", Link($"{Runtime.Get("holder").Pid}", "user")], output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains(Warnings, warning => warning.Contains("/linux/uidMappings: ignored", StringComparison.Ordinal));
        spec.Linux.GidMappings = Mapping(300_000);
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("other", spec)));
        Assert.Equal("/linux/gidMappings", error.SpecPointer);
    }

    /// <summary>The first one's init waits in the kernel until the second one's, which this process alone can reap, is gone.</summary>
    [FactWhen(Root = true, Program = "busybox")]
    public void AContainerInThePidNamespaceOfAnotherEndsWithIt()
    {
        Runtime.Create(Request("first", Spec("sleep", "100")));
        Runtime.Start("first");
        OciSpec joined = Spec("sleep", "100");
        joined.Linux!.Namespaces!.Find(item => item.Type == "pid")!.Path = $"/proc/{Runtime.Get("first").Pid}/ns/pid";
        Runtime.Create(Request("second", joined));
        Runtime.Start("second");
        Runtime.Delete("first", force: true);
        Assert.Equal((137, 9), (Runtime.Wait("second")!.ExitCode, Runtime.Wait("second")!.Signal));
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("second").Status);
        Runtime.Delete("second");
    }

    /// <summary>Without a cgroup there is only the pid namespace to go by, and that may be another container's.</summary>
    [FactWhen(Root = true, Program = "busybox")]
    public void AContainerInThePidNamespaceOfAnotherEndsWithoutIt()
    {
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, CgroupManager = CgroupManagerKind.Disabled });
        runtime.Create(Request("first", Spec("sleep", "1000")));
        runtime.Start("first");
        OciSpec spec = Script("sleep 1000 & wait");
        spec.Linux!.Namespaces!.Find(item => item.Type == "pid")!.Path = $"/proc/{runtime.Get("first").Pid}/ns/pid";
        runtime.Create(Request("guest", spec));
        runtime.Start("guest");
        int first = runtime.Get("first").Pid;
        Assert.DoesNotContain(first, runtime.Processes("guest"));
        Assert.Contains(runtime.Get("guest").Pid, runtime.Processes("guest"));

        runtime.Kill("guest", Interop.Libc.SIGKILL, all: true);
        runtime.Delete("guest", force: true);

        Assert.Equal(ContainerStatus.Running, runtime.Get("first").Status);
        Assert.Equal([first], runtime.Processes("first"));
        runtime.Delete("first", force: true);
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AnExecIsInAllNamespacesOfTheContainer()
    {
        OciSpec spec = Spec("sleep", "1000");
        spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        int pid = Runtime.Get("c").Pid;
        using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "for n in pid net ipc uts mnt cgroup time; do readlink /proc/self/ns/$n; done"], Stdio = StdioMode.Pipe });
        string[] seen = new StreamReader(process.StandardOutput!).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.Wait();
        Assert.Equal(new[] { "pid", "net", "ipc", "uts", "mnt", "cgroup", "time" }.Select(file => Link($"{pid}", file)), seen);
    }

    private static List<OciIdMapping> Mapping(uint host) => [new() { ContainerID = 0, HostID = host, Size = 65_536 }];

    private static string Link(string process, string file) => File.ResolveLinkTarget($"/proc/{process}/ns/{file}", returnFinalTarget: false)!.Name;
}
