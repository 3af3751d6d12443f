using System.Diagnostics;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A process of a container that another one traces when it ends: the tracer hears of it first (ptrace(2)).</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class TracedProcessTests : ContainerFixture
{
    [Fact]
    public void TheExitCodeOfATracedProcessIsWaitedFor()
    {
        using ContainerProcess process = Runtime.Run(Request("c", Script("read line; exit 7"), stdio: StdioMode.Pipe));
        using Process holder = Hold(process.Pid);
        process.StandardInput!.Dispose();
        Assert.Equal(7, process.Wait().ExitCode);
        holder.WaitForExit();
    }

    [Fact]
    public void WaitForTheContainerWaitsForItsTracerToo()
    {
        using ContainerProcess process = Runtime.Run(Request("c", Script("read line; exit 7"), stdio: StdioMode.Pipe));
        using Process holder = Hold(process.Pid);
        process.StandardInput!.Dispose();
        Assert.Equal(7, Runtime.Wait("c")!.ExitCode);
        holder.WaitForExit();
    }

    [Fact]
    public void ATracerThatKeepsTheEndHoldsUpNobodyWhoCancels()
    {
        using ContainerProcess process = Runtime.Run(Request("c", Script("read line; exit 7"), stdio: StdioMode.Pipe));
        using Process holder = Hold(process.Pid, milliseconds: 60_000);
        process.StandardInput!.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Core.Errors.OciException e = Assert.Throws<Core.Errors.OciException>(() => process.Wait(patience.Token));
        Assert.Equal(Core.Errors.OciErrorCode.Cancelled, e.Code);
        holder.Kill();
        holder.WaitForExit();
        Assert.Equal(7, process.Wait().ExitCode);
    }

    private Process Hold(int pid, int milliseconds = 1000)
    {
        string program = Temporary("holder");
        PayloadProgram.Write("holder", program);
        Process holder = Process.Start(new ProcessStartInfo(program, [pid.ToString(), milliseconds.ToString()]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", holder.StandardOutput.ReadLine());
        return holder;
    }
}
