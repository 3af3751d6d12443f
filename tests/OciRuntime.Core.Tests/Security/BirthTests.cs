using System.Diagnostics;
using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>
/// security.md 2.2, 2.13: a process of the container knows which pid comes next, stops the helper of an exec at its birth, and takes what it
/// can get of it.
/// </summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class BirthTests : AttackFixture
{
    private const int Enough = 10, Most = 2000;

    /// <summary>CAP_SYS_PTRACE in the host's user namespace: it may look into the helper, and trace it. Nothing that it finds there leads out.</summary>
    [Fact]
    public void NothingOfTheHostCanBeHadOfTheHelperOfAnExec()
    {
        using SafeFd leaked = Leak(Canary);
        using Hunter hunter = Hunt("rob");
        for (int i = 0; i < Most && hunter.Caught.Count < Enough; i++)
            Exec("c", "true");
        Assert.True(hunter.Caught.Count >= Enough, $"{hunter.Caught.Count} helpers were caught");
        Assert.All(hunter.Caught, static line => Assert.StartsWith("escaped 0 files 0 ", line, StringComparison.Ordinal));
        AssertUntouched();
    }

    /// <summary>The same hunter wins against a helper that closes a directory of the host right after its birth: the test above can fail.</summary>
    [Fact]
    public void AHelperThatIsCarelessAtItsBirthIsRobbed()
    {
        using Hunter hunter = Hunt("rob");
        string careless = Temporary("careless");
        PayloadProgram.Write("careless", careless);
        using Process helper = Process.Start(careless, [hunter.Pid.ToString(CultureInfo.InvariantCulture), Canary]);
        try
        {
            Await(() => hunter.Caught.Any(static line => line.StartsWith("escaped 1 ", StringComparison.Ordinal)), "the host's file was read");
        }
        finally
        {
            helper.Kill();
            helper.WaitForExit();
        }
    }

    /// <summary>A pod whose containers share their processes. The supervisor has the state directory and the log open; the init that it makes has not.</summary>
    [Fact]
    public void NothingOfTheSupervisorsCanBeHadOfTheInitOfAPod()
    {
        using Hunter hunter = Hunt("rob");
        for (int i = 0; i < Most && hunter.Caught.Count < 3; i++)
        {
            Runtime.Create(Request("pod", InPidNamespaceOf(hunter), supervised: true));
            Runtime.Delete("pod", force: true);
        }
        Assert.True(hunter.Caught.Count >= 3, $"{hunter.Caught.Count} inits were caught");
        Assert.All(hunter.Caught, line => Assert.DoesNotContain(Root, line, StringComparison.Ordinal));
    }

    /// <summary>It is not dumpable: who may not trace it sees not even where its descriptors lead.</summary>
    [Fact]
    public void WithoutTheRightToTraceNothingIsSeenAtAll()
    {
        using Hunter hunter = Hunt("rob", tracer: false);
        for (int i = 0; i < Most && hunter.Caught.IsEmpty; i++)
            Exec("c", "true");
        Assert.NotEmpty(hunter.Caught);
        Assert.All(hunter.Caught, static line => Assert.Matches("^escaped 0 files 0 attached 0 open:( -)+$", line));
    }

    [Fact]
    public void AnExecThatWasStoppedGoesOn()
    {
        using Hunter hunter = Hunt("stop");
        for (int i = 0; i < Most && hunter.Caught.IsEmpty; i++)
            Assert.Null(Attempt(CancellationToken.None));
        Assert.NotEmpty(hunter.Caught);
    }

    [Fact]
    public async Task AnExecThatIsHeldEndsWhenItIsCancelled()
    {
        using Hunter hunter = Hunt("hold");
        OciException? error = null;
        for (int i = 0; i < Most && error is null; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<OciException?> exec = Task.Run(() => Attempt(cancel.Token));
            Await(() => exec.IsCompleted || !hunter.Caught.IsEmpty, "an exec ends or is held");
            cancel.Cancel();
            error = await exec;
        }
        AssertGivenUp(OciErrorCode.Cancelled, error, hunter);
    }

    [Fact]
    public void AnExecThatIsHeldIsGivenUp()
    {
        using Hunter hunter = Hunt("hold");
        OciException? error = null;
        for (int i = 0; i < Most && error is null; i++)
            error = Attempt(CancellationToken.None);
        AssertGivenUp(OciErrorCode.Timeout, error, hunter);
    }

    /// <summary>At the start gate likewise: each start ends, also when those before are still in the queue of its socket.</summary>
    [Fact]
    public void AStartOfAnInitThatIsHeldIsGivenUp()
    {
        using Hunter hunter = Hunt("wait");
        Runtime.Create(Request("pod", InPidNamespaceOf(hunter), supervised: true));
        Await(() => !hunter.Caught.IsEmpty, "init is held");
        OciException error = Assert.Throws<OciException>(() => Runtime.Start("pod"));
        Assert.Equal(OciErrorCode.Timeout, error.Code);
        Assert.Contains("stopped", error.Message, StringComparison.Ordinal);
        Assert.Equal(ContainerStatus.Stopped, Runtime.Get("pod").State);
    }

    [Fact]
    public void StartsOfAnInitThatIsHeldEndWhenTheyAreCancelled()
    {
        using Hunter hunter = Hunt("wait");
        Runtime.Create(Request("pod", InPidNamespaceOf(hunter), supervised: true));
        Await(() => !hunter.Caught.IsEmpty, "init is held");
        for (int i = 0; i < 4; i++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            Assert.Throws<OciException>(() => Runtime.Start("pod", cancel.Token));
            Assert.Equal(ContainerStatus.Created, Runtime.Get("pod").State);
        }
    }

    private void AssertGivenUp(OciErrorCode code, OciException? error, Hunter hunter)
    {
        Assert.NotNull(error);
        Assert.Equal(code, error.Code);
        Assert.Contains("stopped", error.Message, StringComparison.Ordinal);
        Assert.Equal([hunter.Pid], Runtime.Processes("c"));
    }

    // The error of one that was caught.
    private OciException? Attempt(CancellationToken cancel)
    {
        try
        {
            using ContainerProcess process = Runtime.Exec(new() { Id = "c", Args = ["true"], Stdio = StdioMode.Null }, cancel);
            process.Wait(CancellationToken.None);
            return null;
        }
        catch (OciException e)
        {
            return e;
        }
    }

    private OciSpec InPidNamespaceOf(Hunter hunter)
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Namespaces!.Single(static item => item.Type == "pid").Path = $"/proc/{hunter.Pid}/ns/pid";
        return spec;
    }

    private Hunter Hunt(string how, bool tracer = true)
    {
        PayloadProgram.Write("hunter", Path.Combine(Rootfs, "bin", "hunter"));
        OciSpec spec = Spec("hunter", how, Path.Combine(Canary, "file"));
        return new(Runtime.Run(Request("c", tracer ? WithCapabilities(spec, "CAP_SYS_PTRACE") : spec, stdio: StdioMode.Pipe)));
    }
}
