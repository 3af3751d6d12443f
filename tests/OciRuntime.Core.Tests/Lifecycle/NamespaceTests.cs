using System.Diagnostics;
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
[Needs(Containers = true)]
public sealed class NamespaceTests : ContainerFixture
{
    private const int New = 0, Joined = 1, Shared = 2;

    private static readonly (string Type, string File)[] s_kinds = [("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("cgroup", "cgroup")];

    /// <summary>All 243 combinations of five kinds: what a container is in is what its configuration says.</summary>
    [Fact]
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

    /// <summary>All eight kinds: a sample in which every two kinds meet in all their ways, looked at from outside; an exec is where its container is.</summary>
    [Fact]
    public void EveryTwoOfAllKindsTogetherAreTheKernels()
    {
        (string Type, string File)[] kinds = [("user", "user"), ("mount", "mnt"), ("time", "time"), .. s_kinds];
        Runtime.Create(Request("holder", WithoutKernelFilesystems(Spec("sleep", "1000"), kinds.Where(kind => kind.Type != "user"))));
        Runtime.Start("holder");
        Runtime.Create(Request("mapped", InUserNamespace(Spec("sleep", "1000"))));
        Runtime.Start("mapped");
        int holder = Runtime.Get("holder").Pid, mapped = Runtime.Get("mapped").Pid, count = 0;
        foreach (int[] ways in Pairwise(kinds.Length))
        {
            // A joined mount namespace is changed for good: one for each.
            using Process own = Process.Start("unshare", ["--mount", "--propagation", "private", "sleep", "100"]);
            Assert.True(SpinWait.SpinUntil(() => Link($"{own.Id}", "mnt") != Link("self", "mnt"), TimeSpan.FromSeconds(5)));
            string name = string.Join(' ', kinds.Zip(ways, (kind, way) => $"{kind.Type}:{way}"));
            try
            {
                OciSpec spec = WithoutKernelFilesystems(Spec("sleep", "1000"), []);
                for (int i = 0; i < kinds.Length; i++)
                    if (ways[i] != Shared)
                        spec.Linux!.Namespaces!.Add(new() { Type = kinds[i].Type, Path = ways[i] == New ? null : Path(kinds[i].File, own.Id) });
                if (ways[0] == New)
                    (spec.Linux!.UidMappings, spec.Linux.GidMappings) = (Mapping(200_000), Mapping(200_000));
                // The machine's own is shown where the network namespace is not the user namespace's.
                if (ways[0] != Joined)
                    spec.Mounts!.Add(new() { Destination = "/sys", Type = "sysfs", Source = "sysfs", Options = ["ro", "nosuid", "noexec", "nodev"] });
                Runtime.Create(Request("c", spec));
                Runtime.Start("c");
                int pid = Runtime.Get("c").Pid;
                for (int i = 0; i < kinds.Length; i++)
                {
                    string host = Link("self", kinds[i].File), joined = File.ResolveLinkTarget(Path(kinds[i].File, own.Id), returnFinalTarget: false)!.Name, seen = Link($"{pid}", kinds[i].File);
                    Assert.True(ways[i] == Shared ? seen == host : ways[i] == Joined ? seen == joined : seen != host && seen != joined, $"{name}: {kinds[i].Type}");
                }
                using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sleep", "1000"], Stdio = StdioMode.Null });
                Assert.Equal(kinds.Select(kind => Link($"{pid}", kind.File)), kinds.Select(kind => Link($"{process.Pid}", kind.File)));
                Assert.Equal(CgroupOf(pid), CgroupOf(process.Pid));
                process.Signal(9);
                process.Wait();
            }
            catch (OciException e)
            {
                Assert.Fail($"{name}: {e.Message}");
            }
            finally
            {
                Runtime.Delete("c", force: true);
                own.Kill();
                own.WaitForExit();
            }
            count++;
        }
        Assert.True(count >= 9, $"{count}");

        string Path(string file, int own) => file switch { "user" => $"/proc/{mapped}/ns/user", "mnt" => $"/proc/{own}/ns/mnt", _ => $"/proc/{holder}/ns/{file}" };
    }

    /// <summary>user_namespaces(7): a namespace that is joined belongs to the user namespace that it was made in, and with it the right to mount its filesystems.</summary>
    [Fact]
    public void FilesystemsOfAJoinedNamespaceAreForItsOwner()
    {
        Runtime.Create(Request("host", Spec("sleep", "1000")));
        Runtime.Start("host");
        Runtime.Create(Request("pod", InUserNamespace(Spec("sleep", "1000"))));
        Runtime.Start("pod");
        int host = Runtime.Get("host").Pid, pod = Runtime.Get("pod").Pid;
        // As in a pod: all of one owner.
        OciSpec spec = Script("ls /sys/class/net; ls -d /proc/1; test -d /dev/mqueue && echo queues");
        Join(spec, pod, "user", "network", "pid", "ipc");
        Assert.Equal("lo\n/proc/1\nqueues\n", Run(spec).Output);
        // A network namespace that another made: what there is of /sys is the machine's.
        spec = Script("ls -d /sys/kernel; touch /sys/x 2>/dev/null || echo read-only; readlink /proc/self/ns/net");
        InUserNamespace(spec);
        Join(spec, host, "network");
        Assert.Equal($"/sys/kernel\nread-only\n{Link($"{host}", "net")}\n", Run(spec).Output);
        Assert.Contains(Warnings, warning => warning.Contains("does not own the network namespace", StringComparison.Ordinal));
        foreach ((string type, string destination, bool joined) in (ValueTuple<string, string, bool>[])[("pid", "/proc", false), ("pid", "/proc", true), ("ipc", "/dev/mqueue", false), ("network", "/sys", true)])
        {
            spec = Spec("true");
            if (joined)
                Join(spec, pod, "user");
            else
                InUserNamespace(spec);
            Join(spec, host, type);
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal((type, $"/mounts/{spec.Mounts!.FindIndex(mount => mount.Destination == destination)}"), (type, error.SpecPointer));
            Assert.Contains($"only for a{(type == "ipc" ? "n" : "")} {type} namespace that was made in it", error.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
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
    [Fact]
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
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("second").State);
        Runtime.Delete("second");
    }

    /// <summary>Without a cgroup there is only the pid namespace to go by, and that may be another container's.</summary>
    [Fact]
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

        runtime.Delete("guest", force: true);

        Assert.Equal(ContainerStatus.Running, runtime.Get("first").State);
        Assert.Equal([first], runtime.Processes("first"));
        runtime.Delete("first", force: true);
    }

    /// <summary>What is born while the container is killed is killed too: it loses its parent, by which alone it is known.</summary>
    [Fact]
    public void WhatIsBornDuringAKillWithoutACgroupEndsToo()
    {
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, CgroupManager = CgroupManagerKind.Disabled });
        runtime.Create(Request("first", Spec("sleep", "1000")));
        runtime.Start("first");
        int first = runtime.Get("first").Pid;
        OciSpec spec = Script("i=0; while [ $i -lt 400 ]; do sleep 1000 & i=$((i+1)); done; wait");
        spec.Linux!.Namespaces!.Find(item => item.Type == "pid")!.Path = $"/proc/{first}/ns/pid";
        for (int round = 0; round < 9; round++)
        {
            runtime.Create(Request("guest", spec));
            runtime.Start("guest");
            while (runtime.Processes("guest").Count < 20)
                Thread.Yield();

            if (round % 3 == 0)
                runtime.Kill("guest", Interop.Libc.SIGKILL, all: true);
            else if (round % 3 == 1)
                runtime.Kill("guest", Interop.Libc.SIGKILL);
            runtime.Delete("guest", force: true);

            // A signal is on its way for a moment; a removal waits for the end of what it kills.
            if (round % 3 != 2)
                SpinWait.SpinUntil(() => runtime.Processes("first").Count == 1, TimeSpan.FromSeconds(10));
            Assert.Equal((round, 1), (round, runtime.Processes("first").Count));
        }
        runtime.Delete("first", force: true);
    }

    [Fact]
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

    // Ways of so many kinds, the user's and the mount's first, in which every two that can be together are.
    private static IEnumerable<int[]> Pairwise(int kinds)
    {
        var random = new Random(8);
        var seen = new HashSet<(int, int, int, int)>();
        for (int tries = 0; tries < 4000; tries++)
        {
            int[] ways = [.. Enumerable.Range(0, kinds).Select(_ => random.Next(3))];
            // There is always one of its own, and only its owner may mount in it.
            if (ways[1] == Shared || (ways[1] == Joined && ways[0] != Shared))
                continue;
            bool added = false;
            for (int a = 0; a < kinds; a++)
                for (int b = 0; b < a; b++)
                    added |= seen.Add((a, ways[a], b, ways[b]));
            if (added)
                yield return ways;
        }
    }

    // What a user namespace may mount for some of the namespaces only.
    private static OciSpec WithoutKernelFilesystems(OciSpec spec, IEnumerable<(string Type, string File)> kinds)
    {
        spec.Hostname = null;
        spec.Mounts!.RemoveAll(mount => mount.Destination is not ("/dev" or "/dev/shm"));
        spec.Linux!.Namespaces = [.. kinds.Select(kind => new OciNamespace { Type = kind.Type })];
        return spec;
    }

    private static void Join(OciSpec spec, int pid, params string[] types)
    {
        foreach (string type in types)
        {
            spec.Linux!.Namespaces!.RemoveAll(item => item.Type == type);
            spec.Linux.Namespaces.Add(new() { Type = type, Path = $"/proc/{pid}/ns/{(type == "network" ? "net" : type)}" });
        }
        spec.Hostname = null;
    }

    private static string CgroupOf(int pid) => File.ReadAllText($"/proc/{pid}/cgroup");

    private static List<OciIdMapping> Mapping(uint host) => [new() { ContainerID = 0, HostID = host, Size = 65_536 }];

    private static string Link(string process, string file) => File.ResolveLinkTarget($"/proc/{process}/ns/{file}", returnFinalTarget: false)!.Name;
}
