using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.10 (CVE-2025-52881): what is mounted over the visible /proc does not redirect the runtime's writes to it.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class ProcWriteTests : AttackFixture
{
    // A tmpfs with links to a victim wherever a label, a sysctl or a score would be written.
    private static string FakeProc(string proc, string victim) =>
        $"mount -t tmpfs tmpfs {proc} && cd {proc} && mkdir -p self/attr/apparmor thread-self/attr/apparmor sys/net/ipv4 && " +
        string.Concat(
            ((string[])["self/oom_score_adj", "self/attr/exec", "self/attr/apparmor/exec", "thread-self/attr/exec", "thread-self/attr/apparmor/exec", "sys/net/ipv4/ip_forward"])
            .Select(path => $"ln -s {victim} {path} && ")) + "true";

    [Fact]
    public void SysctlAndScoreAreTheKernelsWhenProcIsCoveredDuringCreate()
    {
        OciSpec spec = Covered(Script("sleep 60"));
        spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        spec.Process!.OomScoreAdj = 77;
        // What the container sees afterwards is the cover; the kernel is asked from outside.
        spec.Linux.MaskedPaths = spec.Linux.ReadonlyPaths = null;
        OciContainer container = Start(spec);

        Assert.Equal("77\n", File.ReadAllText($"/proc/{container.Pid}/oom_score_adj"));
        Assert.Equal("1", Machine.Run("nsenter", "--net=/proc/" + container.Pid + "/ns/net", "cat", "/proc/sys/net/ipv4/ip_forward").Trim());
        AssertUntouched();
    }

    /// <summary>Where there is nothing to write it to. The guests of tests/Vm have labels to look at.</summary>
    [Fact, Needs(Unlabelled = true)]
    public void ALabelThatCanNotBeAppliedFailsTheCreation()
    {
        OciSpec selinux = Covered(Spec("true"));
        selinux.Process!.SelinuxLabel = "system_u:system_r:container_t:s0";
        Assert.Equal("/process/selinuxLabel", Refused(selinux).SpecPointer);
        OciSpec apparmor = Covered(Spec("true"));
        apparmor.Process!.ApparmorProfile = "docker-default";
        Assert.Equal("/process/apparmorProfile", Refused(apparmor).SpecPointer);
        AssertUntouched();
    }

    [Fact]
    public void ExecWritesToTheKernelAndNotToWhatTheContainerMounted()
    {
        File.WriteAllText(Path.Combine(Rootfs, "victim"), "precious\n");
        OciSpec spec = WithCapabilities(Script(FakeProc("/proc", "/victim") + "; echo $? > /tmp/done; exec sleep 60"), "CAP_SYS_ADMIN");
        spec.Linux!.MaskedPaths = spec.Linux.ReadonlyPaths = null;
        Start(spec);
        Await(() => File.Exists(Path.Combine(Rootfs, "tmp/done")) && new FileInfo(Path.Combine(Rootfs, "tmp/done")).Length > 0, "the trap is laid");
        Assert.Equal("0\n", File.ReadAllText(Path.Combine(Rootfs, "tmp/done")));
        OciProcess process = new() { Args = ["sleep", "60"], Env = spec.Process!.Env, Cwd = "/", OomScoreAdj = 78 };

        using ContainerProcess running = Runtime.Exec(new ExecRequest { Id = "c", Process = process, Stdio = StdioMode.Null });

        Assert.Equal("78\n", File.ReadAllText($"/proc/{running.Pid}/oom_score_adj"));
        running.Signal(9);
        running.Wait();
        OciProcess labelled = new() { Args = ["true"], Cwd = "/", SelinuxLabel = "system_u:system_r:container_t:s0" };
        Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "c", Process = labelled, Stdio = StdioMode.Null }));
        Assert.Equal("precious\n", File.ReadAllText(Path.Combine(Rootfs, "victim")));
    }

    [Fact]
    public void ANameOfASysctlDoesNotClimbOut()
    {
        foreach (string name in (string[])["net.ipv4.../kernel.core_pattern", "net/../kernel/core_pattern", "net.//.kernel.core_pattern", "net.ipv4.//.//.kernel.core_pattern", "net..kernel", "kernel.core_pattern"])
        {
            OciSpec spec = Spec("true");
            spec.Linux!.Sysctl = new() { [name] = "x" };
            Assert.Equal(OciErrorCode.InvalidSpec, Refused(spec).Code);
        }
    }

    // createContainer hooks are in the container's mount namespace, before pivot_root: the host's /proc and the new one are both in sight.
    private OciSpec Covered(OciSpec spec)
    {
        string victim = Path.Combine(Canary, "file");
        string script = $"({FakeProc("/proc", victim)}) && ({FakeProc(Rootfs + "/proc", victim)})";
        spec.Hooks = new() { CreateContainer = [new() { Path = "/bin/sh", Args = ["sh", "-c", script], Env = ["PATH=/usr/bin:/bin"] }] };
        return spec;
    }
}
