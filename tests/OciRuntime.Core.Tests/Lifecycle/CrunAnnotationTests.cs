using System.Net.Sockets;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Annotations by which engines ask crun for what the runtime-spec has no property for.</summary>
[Collection(Name)]
public sealed class CrunAnnotationTests : ContainerFixture
{
    [FactWhen(Root = true, Program = "busybox")]
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

    [FactWhen(Root = true, Program = "busybox")]
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
        Assert.Equal("/annotations/run.oci.handler: an annotation for crun that means nothing here", Assert.Single(Planner.PlanCreate(PlanInputs.Hybrid(spec)).Warnings));
    }
}
