using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>A container that may write to its cgroups: whatever it makes and freezes there, it is killed and deleted, and exec has an end.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class HostileCgroupTests : ContainerFixture
{
    // Every hierarchy that the container sees; on cgroup v2 there is one.
    private const string EachHierarchy = "hierarchies=$(for h in /sys/fs/cgroup /sys/fs/cgroup/*; do [ -f $h/cgroup.procs ] && [ ! -L $h ] && echo $h; done); ";

    private static readonly CgroupLayout s_layout = HostFacts.Read().Cgroups;

    [Fact]
    public void GroupsDeeperThanAPathCanSayAreRemoved()
    {
        // 45 names of 100 characters: PATH_MAX is 4096. The last one has a process.
        Start(EachHierarchy + """
            name=$(printf %0100d 0)
            for h in $hierarchies; do
                cd $h
                for i in $(seq 45); do
                    mkdir $name && cd -P $name || exit 1
                    [ ! -f cpuset.cpus ] || { cat ../cpuset.cpus > cpuset.cpus; cat ../cpuset.mems > cpuset.mems; } 2>/dev/null
                done
                echo 0 > cgroup.procs || exit 1
            done
            """);
        Assert.Contains(Runtime.Get("c").Pid, Runtime.Processes("c"));
        Runtime.Delete("c", force: true);
        AssertGone();
    }

    [Fact]
    public void AFrozenGroupBelowItKeepsNobodyAlive()
    {
        StartWithAFrozenChild();
        Runtime.Delete("c", force: true);
        AssertGone();
    }

    [Fact]
    public void AKilledContainerEndsWhateverItFroze()
    {
        StartWithAFrozenChild();
        Runtime.Kill("c", 9);
        Assert.NotNull(Runtime.Wait("c", TimeSpan.FromSeconds(10)));
        Runtime.Delete("c");
        AssertGone();
    }

    [Fact]
    public void KillAllReachesTheFrozenBelow()
    {
        StartWithAFrozenChild();
        Runtime.Kill("c", 9, all: true);
        Assert.NotNull(Runtime.Wait("c", TimeSpan.FromSeconds(10)));
        Runtime.Delete("c");
        AssertGone();
    }

    [Fact]
    public void NamesThatAreNoTextAreRemoved()
    {
        Start(EachHierarchy + """
            for h in $hierarchies; do
                name=$h/$(printf '\377\376 \033[2J')
                mkdir "$name" || exit 1
                [ ! -f $h/cpuset.cpus ] || { cat $h/cpuset.cpus > "$name/cpuset.cpus"; cat $h/cpuset.mems > "$name/cpuset.mems"; } 2>/dev/null
                echo 0 > "$name/cgroup.procs" || exit 1
            done
            """);
        Assert.Contains(Runtime.Get("c").Pid, Runtime.Processes("c"));
        Runtime.Delete("c", force: true);
        AssertGone();
    }

    [Fact]
    public void AThousandGroupsInOneAnotherAreRemoved()
    {
        // Where processes may be in any: one hierarchy will do.
        Start(EachHierarchy + """
            for h in $hierarchies; do
                [ -f $h/freezer.state ] || [ -f $h/cgroup.freeze ] || continue
                cd $h && mkdir -p $(printf 'd/%.0s' $(seq 1000)) || exit 1
                for i in $(seq 1000); do cd -P d || exit 1; done
                echo 0 > cgroup.procs || exit 1
            done
            """);
        Assert.Contains(Runtime.Get("c").Pid, Runtime.Processes("c"));
        Runtime.Delete("c", force: true);
        AssertGone();
    }

    [Fact]
    public void AForkBombIsDeleted()
    {
        Start("bomb() { bomb & bomb; }; (while :; do bomb; done) 2>/dev/null &", linux => (linux.Resources ??= new()).Pids = new() { Limit = 60 });
        Await(() => Runtime.Processes("c").Count > 20);
        Runtime.Delete("c", force: true);
        AssertGone();
    }

    /// <summary>The process of an exec is its caller's to reap. In a pid namespace of the container's own the kernel lets init wait for that.</summary>
    [Fact]
    public void AZombieKeepsNoCgroup()
    {
        Start(string.Empty, linux => linux.Namespaces!.RemoveAll(one => one.Type == "pid"));
        using ContainerProcess exec = Runtime.Exec(new() { Id = "c", Args = ["true"], Stdio = StdioMode.Null });
        Await(() => ProcessStat.Read(exec.Pid) is { IsDead: true });
        Runtime.Delete("c", force: true);
        AssertGone();
        Assert.Equal(0, exec.Wait().ExitCode);
    }

    private void Start(string script, Action<OciLinux>? change = null)
    {
        OciSpec spec = Script(script + "\necho ready > /tmp/ready; while :; do sleep 1; done");
        change?.Invoke(spec.Linux!);
        OciMount mount = spec.Mounts!.Find(one => one.Destination == "/sys/fs/cgroup")!;
        mount.Options!.Remove("ro");
        if (spec.Linux!.Namespaces!.TrueForAll(one => one.Type != "cgroup"))
            spec.Linux.Namespaces.Add(new() { Type = "cgroup" });
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "tmp"));
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Await(() => File.Exists(Path.Combine(Bundle, "rootfs", "tmp", "ready")));
    }

    private void StartWithAFrozenChild()
    {
        Start(EachHierarchy + """
            for h in $hierarchies; do
                [ -f $h/freezer.state ] || [ -f $h/cgroup.freeze ] || continue
                mkdir $h/below
                sh -c "echo 0 > $h/below/cgroup.procs; exec sleep 1000" &
                until grep -q . $h/below/cgroup.procs; do :; done
                if [ -f $h/freezer.state ]; then echo FROZEN > $h/below/freezer.state; else echo 1 > $h/below/cgroup.freeze; fi
            done
            """);
    }

    private void AssertGone() => Assert.Empty(Runtime.List());

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), "it did not come to pass");
}
