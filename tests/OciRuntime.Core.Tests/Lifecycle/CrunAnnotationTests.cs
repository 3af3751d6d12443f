using System.Net.Sockets;
using System.Text;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Annotations by which engines ask crun for what the runtime-spec has no property for.</summary>
[Collection(Name)]
public sealed class CrunAnnotationTests : ContainerFixture
{
    [Fact, Needs(Containers = true)]
    public void ThePidfdGoesToItsReceiver()
    {
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        receiver.Bind(new UnixDomainSocketEndPoint(Temporary("receiver")));
        receiver.Listen();
        OciSpec spec = Spec("sleep", "100");
        spec.Annotations = new() { ["run.oci.pidfd_receiver"] = Temporary("receiver") };
        Runtime.Create(Request("c", spec));
        using Socket connection = receiver.Accept();
        byte[] name = new byte[16];
        Assert.Equal("pidfd", Encoding.ASCII.GetString(name, 0, connection.Receive(name)));
        Assert.Empty(Warnings);
    }

    [Fact, Needs(Containers = true)]
    public void AListenerGoesToItsReceiver()
    {
        using var agent = new SeccompAgentStub(Temporary("agent"), 62);
        OciSpec spec = Script("mkdir /tmp/x");
        spec.Linux!.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_NOTIFY" }] };
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec))).Code);
        spec.Annotations = new() { ["run.oci.seccomp.receiver"] = Temporary("agent") };
        Assert.Contains("Timer expired", Run(spec).Output, StringComparison.Ordinal);
        Assert.Single(agent.Await(1));
    }

    /// <summary>In place of the rules of the configuration, also for what is executed later.</summary>
    [Fact, Needs(Containers = true)]
    public void AReadySeccompProgramTakesThePlaceOfTheRules()
    {
        const string Both = "rm -rf /tmp/x; mkdir /tmp/x; ln -s x /tmp/y; true";
        foreach (bool noNewPrivileges in (bool[])[false, true])
        {
            OciSpec spec = Spec("sleep", "100");
            spec.Process!.NoNewPrivileges = noNewPrivileges;
            spec.Linux!.Seccomp = Denying("mkdir", "mkdirat");
            byte[] program = SeccompCompiler.Compile(Denying("symlink", "symlinkat")).Filter.ToArray();
            spec.Annotations = new() { ["run.oci.seccomp_bpf_data"] = Convert.ToBase64String(program) };
            Runtime.Create(Request("c", spec));
            Runtime.Start("c");
            string said = Exec(Both);
            Assert.Contains("/tmp/y: Operation not permitted", said, StringComparison.Ordinal);
            Assert.DoesNotContain("/tmp/x", said, StringComparison.Ordinal);
            Assert.Equal("2", ProcessFields.TryRead($"/proc/{Runtime.Get("c").Pid}")!["Seccomp"]);
            Runtime.Delete("c", force: true);
            spec.Linux.Seccomp = null;
            spec.Process.Args = ["sh", "-c", Both];
            said = Run(spec).Output;
            Assert.Contains("/tmp/y: Operation not permitted", said, StringComparison.Ordinal);
            Assert.DoesNotContain("/tmp/x", said, StringComparison.Ordinal);
        }
        Assert.Empty(Warnings);
    }

    [Fact, Needs(Containers = true)]
    public void AReadySeccompProgramThatIsNoneIsRefused()
    {
        // What the kernel is asked about is refused where it is loaded.
        string instruction = Convert.ToBase64String(new byte[8]);
        foreach (string text in (string[])["", "%", "AAAA", instruction, Convert.ToBase64String(new byte[8 * 4097])])
        {
            OciSpec spec = Spec("true");
            spec.Annotations = new() { ["run.oci.seccomp_bpf_data"] = text };
            Assert.Equal("/annotations/run.oci.seccomp_bpf_data", ErrorOf(spec).SpecPointer);
            Assert.Equal(text == instruction ? 1 : 0, Runtime.List().Count());
            Runtime.Delete("c", force: true);
        }
    }

    private OciException ErrorOf(OciSpec spec) => Assert.Throws<OciException>(() =>
    {
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
    });

    private string Exec(string script)
    {
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["sh", "-c", script], Stdio = StdioMode.Pipe });
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        process.Wait();
        return output + errors.Result;
    }

    private static OciSeccomp Denying(params string[] calls) =>
        new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new() { Names = [.. calls], Action = "SCMP_ACT_ERRNO" }] };

    [Fact]
    public void ALabelIsTheOptionThatIsAskedFor()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.MountLabel = "system_u:object_r:container_file_t:s0";
        spec.Annotations = new() { ["run.oci.mount_context_type"] = "rootcontext" };
        IEnumerable<MountStep> mounts = Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<MountStep>();
        Assert.Contains("rootcontext=system_u:object_r:container_file_t:s0", mounts.Single(step => step.Target == "/dev").Data);
        spec.Annotations["run.oci.mount_context_type"] = "othercontext";
        Assert.Equal("/annotations/run.oci.mount_context_type", Assert.Throws<OciException>(() => Planner.PlanCreate(PlanInputs.Hybrid(spec))).SpecPointer);
    }

    [Fact]
    public void OnlyCgroupV2IsDelegated()
    {
        CgroupLayout hybrid = PlanInputs.Hybrid(PlanInputs.DefaultSpec()).Host.Cgroups;
        var annotations = new Dictionary<string, string> { ["run.oci.delegate-cgroup"] = "payload", ["run.oci.systemd.subgroup"] = "inner" };
        OciException error = Assert.Throws<OciException>(() => InnerCgroups.Of(annotations, CgroupManagerKind.Systemd, hybrid));
        Assert.Equal((OciErrorCode.NotSupported, "/annotations/run.oci.delegate-cgroup"), (error.Code, error.SpecPointer));
        annotations["run.oci.delegate-cgroup"] = "";
        Assert.False(InnerCgroups.Of(annotations, CgroupManagerKind.Systemd, hybrid).Any);
    }

    [Fact]
    public void WhatIsNotDoneIsSaid()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Annotations = new()
        {
            ["run.oci.handler"] = "wasm",
            ["run.oci.systemd.subgroup"] = "",
            ["run.oci.keep_original_groups"] = "1",
            ["org.example"] = "anything",
        };
        Assert.Equal("/annotations/run.oci.handler: this crun annotation has no effect here", Assert.Single(Planner.PlanCreate(PlanInputs.Hybrid(spec)).Warnings));
    }
}
