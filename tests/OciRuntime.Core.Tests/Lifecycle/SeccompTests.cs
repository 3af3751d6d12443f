using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Filters as a container meets them.</summary>
[Collection(Name)]
public sealed class SeccompTests : ContainerFixture
{
    [FactWhen(Root = true, Program = "busybox")]
    public void TheContainerSeesTheErrno()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Script("mkdir /tmp/x; echo $?; grep Seccomp: /proc/self/status");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            spec.Linux!.Seccomp = new()
            {
                DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 62 }],
            };
            Assert.Equal("1\nSeccomp:\t2\nmkdir: can't create directory '/tmp/x': Timer expired\n", Run(spec).Output);
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AnAgentAnswersForRunCreateAndExec()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            agent.Messages.Clear();
            OciSpec spec = Notifying("mkdir /tmp/x; ls /proc/self/fd | wc -l; sleep 100");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            Runtime.Create(Request("c", spec, supervised: true));
            Runtime.Start("c");
            OciContainer container = Runtime.Get("c");
            Assert.True(SpinWait.SpinUntil(() => Log("c").Length == 2, TimeSpan.FromSeconds(10)));
            // ls itself has 0 to 2 and the directory.
            Assert.Equal(["4", "mkdir: can't create directory '/tmp/x': Timer expired"], Log("c").Order());
            JsonElement message = agent.Messages.Single().RootElement;
            Assert.Equal("seccompFd", message.GetProperty("fds")[0].GetString());
            Assert.Equal(container.Pid, message.GetProperty("pid").GetInt32());
            Assert.Equal("some words", message.GetProperty("metadata").GetString());
            Assert.Equal(noNewPrivileges ? "created" : "creating", message.GetProperty("state").GetProperty("status").GetString());
            Assert.Equal(container.Pid, message.GetProperty("state").GetProperty("pid").GetInt32());
            Runtime.Kill("c", 9);
            Runtime.Wait("c");
            Runtime.Delete("c");
        }
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void AnExecHasItsOwnListener()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        Runtime.Create(Request("c", Notifying("sleep 100"), supervised: true));
        Runtime.Start("c");
        using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["sh", "-c", "mkdir /tmp/x 2>&1"], Stdio = StdioMode.Pipe });
        Assert.Equal("mkdir: can't create directory '/tmp/x': Timer expired\n", new StreamReader(process.StandardOutput!).ReadToEnd());
        process.Wait();
        JsonElement message = agent.Messages[1].RootElement;
        Assert.Equal(process.Pid, message.GetProperty("pid").GetInt32());
        Assert.Equal("running", message.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal(Runtime.Get("c").Pid, message.GetProperty("state").GetProperty("pid").GetInt32());
        Runtime.Kill("c", 9);
        Runtime.Wait("c");
    }

    [FactWhen(Root = true, Program = "busybox")]
    public void WithoutAnAgentNothingRunsAndNothingIsLeft()
    {
        foreach (bool noNewPrivileges in (bool[])[true, false])
        {
            OciSpec spec = Notifying("echo ran > /tmp/ran");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            OciException error = Assert.Throws<OciException>(() => Runtime.Run(Request("c", spec)));
            Assert.Contains("connect to the seccomp agent", error.Message, StringComparison.Ordinal);
            Assert.Empty(Runtime.List());
        }
        OciSpec late = Notifying("echo ran > /tmp/ran");
        late.Process!.NoNewPrivileges = true;
        Runtime.Create(Request("c", late));
        Assert.Throws<OciException>(() => Runtime.Start("c"));
        Runtime.Wait("c");
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("c").Status);
        Assert.False(File.Exists(Path.Combine(Bundle, "rootfs", "tmp", "ran")));
    }

    private string[] Log(string id) => [.. Observe.ContainerLog.Read(Runtime, id).Select(record => record.Line)];

    private OciSpec Notifying(string script)
    {
        OciSpec spec = Script(script);
        spec.Linux!.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = Temporary("agent"),
            ListenerMetadata = "some words",
            Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_NOTIFY" }],
        };
        return spec;
    }
}
