using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.12: capabilities, users, ids, cgroups, seccomp profiles and signals, each by the CVE that it copies.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class ExecRightsTests : AttackFixture
{
    /// <summary>CVE-2022-29162, CVE-2022-27650.</summary>
    [Fact]
    public void NothingIsInheritableUnlessTheConfigurationSaysSo()
    {
        Start(Spec("sleep", "60"));
        const string Sets = "grep -E 'Cap(Inh|Prm|Amb)' /proc/self/status";
        Assert.Equal("CapInh:\t0000000000000000\nCapPrm:\t0000000020000420\nCapAmb:\t0000000000000000\n", Exec("c", "sh", "-c", Sets));
        ExecRequest request = new() { Id = "c", Args = ["sh", "-c", Sets], Capabilities = ["CAP_NET_RAW", "net_admin"], Stdio = StdioMode.Pipe };
        Assert.Equal("CapInh:\t0000000000000000\nCapPrm:\t0000000020003420\nCapAmb:\t0000000000000000\n", Exec(request));
        Assert.Null(SpecDefaults.Create().Process!.Capabilities!.Inheritable);
        Assert.Null(SpecDefaults.Create(rootless: true).Process!.Capabilities!.Ambient);
    }

    /// <summary>CVE-2026-30892.</summary>
    [Fact]
    public void AUserIsWhatItSays()
    {
        Start(Spec("sleep", "60"));
        foreach ((string user, string ids) in (ValueTuple<string, string>[])[("1", "1 0"), ("0", "0 0"), ("1:2", "1 2"), ("4294967294:4294967294", "4294967294 4294967294")])
            Assert.Equal(ids + "\n", Exec(As(user, "sh", "-c", "echo $(id -u) $(id -g)")));
        foreach (string user in (string[])["1:", ":1", ":", "-1", "4294967295", "1:4294967295", "4294967296", "18446744073709551616", "1x", "x", " 1", "1 ", "+1", "0x1", "1:2:3", "1\n", "1\0", "\u0661", ""])
            Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Exec(As(user, "id"))).Code);

        static ExecRequest As(string user, params string[] args) => new() { Id = "c", Args = args, User = user, Stdio = StdioMode.Pipe };
    }

    [Fact]
    public void AnIdIsOneNameOfADirectory()
    {
        foreach (string id in (string[])["", ".", "..", "../x", "a/b", "/a", ".hidden", "a b", "a\n", "a\0", "a:b", "a%2f", "\u00e9", "a\\b", "~", new('a', 256)])
        {
            Assert.Equal(OciErrorCode.InvalidContainerId, Assert.Throws<OciException>(() => Runtime.Create(Request(id, Spec("true")))).Code);
            foreach (Action verb in (Action[])[() => Runtime.Get(id), () => Runtime.Start(id), () => Runtime.Kill(id, 9), () => Runtime.Delete(id, force: true), () => Exec(id, "true")])
                Assert.Equal(OciErrorCode.InvalidContainerId, Assert.Throws<OciException>(verb).Code);
        }
        foreach (string id in (string[])["a", "_a", "+a", "-a", "a.b..c", new('a', 200)])
        {
            Runtime.Create(Request(id, Spec("true")));
            Runtime.Delete(id, force: true);
        }
    }

    /// <summary>Values of annotations are text that goes to hooks, but for those of crun, whose cgroups don't lead out of the container's.</summary>
    [Fact]
    public void AnnotationsAreNoPaths()
    {
        OciSpec spec = Spec("true");
        spec.Annotations = new() { ["bundle"] = "/etc", ["../../x"] = ".." };
        OciContainer container = Runtime.Create(Request("c", spec));
        Assert.Equal(Bundle, container.Bundle);
        Assert.Equal("..", container.Annotations["../../x"]);
        Assert.DoesNotContain("..", File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
        foreach (string name in (string[])["run.oci.systemd.subgroup", "run.oci.delegate-cgroup"])
        {
            foreach (string path in (string[])["../x", "x/../../y", ".."])
            {
                spec.Annotations = new() { [name] = path };
                OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("out", spec)));
                Assert.Equal((OciErrorCode.InvalidSpec, "/annotations/" + name), (error.Code, error.SpecPointer));
            }
        }
        Assert.DoesNotContain(Runtime.List(), static container => container.Id == "out");
    }

    /// <summary>runc compared prefixes: a sibling passed for a child.</summary>
    [Fact]
    public void AnExecDoesNotLeaveTheContainersCgroup()
    {
        OciContainer container = Start(Spec("sleep", "60"));
        string own = container.CgroupPaths.TryGetValue("pids", out string? pids) ? pids : container.CgroupPaths["unified"];
        string sibling = own + "-sibling";
        Directory.CreateDirectory(sibling);
        try
        {
            foreach (string path in (string[])["..", "/..", "../" + Path.GetFileName(sibling), "/../" + Path.GetFileName(sibling), "a/../../" + Path.GetFileName(sibling), "pids:../" + Path.GetFileName(sibling), "-sibling", "pids:-sibling"])
                Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Exec(new ExecRequest { Id = "c", Args = ["true"], Cgroups = [path], Stdio = StdioMode.Pipe })).Code);
            Assert.Empty(File.ReadAllText(sibling + "/cgroup.procs"));
        }
        finally
        {
            Directory.Delete(sibling);
        }
        foreach (string path in (string[])["/..", "/a/../b", "../x", "/", "a/.."])
        {
            OciSpec spec = Spec("true");
            CreateRequest request = Request("d", spec);
            spec.Linux!.CgroupsPath = path;
            Assert.Equal("/linux/cgroupsPath", Assert.Throws<OciException>(() => Runtime.Create(request)).SpecPointer);
        }
    }

    /// <summary>crun's cache took two profiles that differ in errnoRet only for one.</summary>
    [Fact]
    public void ProfilesThatDifferInAnErrnoOnlyAreTwo()
    {
        Assert.Contains("Operation not permitted", With(1, ["mkdir"]), StringComparison.Ordinal);
        Assert.Contains("Device or resource busy", With(16, ["mkdir"]), StringComparison.Ordinal);
        // Names without a separator between them: "mkdir" + "at" is not "mkdirat".
        Assert.Contains("Device or resource busy", With(16, ["mkdirat", "mkdir"]), StringComparison.Ordinal);
        Assert.Equal(string.Empty, With(16, ["rmdir", "unlink"]));

        string With(uint errno, List<string> names)
        {
            OciSpec spec = Script("mkdir /tmp/made; rmdir /tmp/made 2>/dev/null; true");
            spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = names, Action = "SCMP_ACT_ERRNO", ErrnoRet = errno }] };
            string output = Run(spec).Output;
            if (Directory.Exists(Path.Combine(Rootfs, "tmp/made")))
                Directory.Delete(Path.Combine(Rootfs, "tmp/made"));
            return output;
        }
    }

    /// <summary>A pid that has come to mean another process is not signalled, waited for or entered.</summary>
    [Fact]
    public void AnotherProcessOfTheSamePidIsNotMeant()
    {
        using var bystander = System.Diagnostics.Process.Start("sleep", "60");
        try
        {
            Thread.Sleep(50); // start times count in ticks of 10 ms
            OciContainer container = Start(Spec("sleep", "60"));
            ContainerState good = Change(state => state with { Pid = bystander.Id });
            Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").State);
            Assert.Equal("container c is not running", Assert.Throws<OciException>(() => Runtime.Kill("c", 9)).Message);
            Assert.Equal("container c has stopped: no process can be added to it", Assert.Throws<OciException>(() => Exec("c", "true")).Message);
            Assert.Throws<OciException>(() => Runtime.Start("c"));
            Change(_ => good);
            Assert.Equal(container.Pid, Runtime.Get("c").Pid);
            Runtime.Delete("c", force: true);
            Assert.False(bystander.HasExited);
        }
        finally
        {
            bystander.Kill();
            bystander.WaitForExit();
        }

        ContainerState Change(Func<ContainerState, ContainerState> change)
        {
            using StateDirectory directory = StateDirectory.Open(new StateRoot(Root), "c");
            ContainerState before = directory.ReadState();
            directory.WriteState(change(before));
            return before;
        }
    }
}
