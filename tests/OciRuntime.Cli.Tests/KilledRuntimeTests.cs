using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>create and run, killed at the calls around the birth of the container's init: nothing lives on that delete does not find.</summary>
public sealed class KilledRuntimeTests : IDisposable
{
    private readonly Bundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    /// <param name="verb">What is killed.</param>
    /// <param name="call">The kill comes instead of this system call.</param>
    /// <param name="count">Which one of them.</param>
    [Theory, Needs(Program = "strace")]
    [InlineData("create", "renameat", 2)] // state.json without a process
    [InlineData("create", "sendmsg", 1)] // PROGRAM
    [InlineData("create", "renameat", 3)] // state.json with the process, which is there by now
    [InlineData("create", "sendmsg", 2)] // GO: the state is written
    [InlineData("create", "sendmsg", 3)] // GO to the gate
    [InlineData("run", "renameat", 3)]
    [InlineData("run", "sendmsg", 2)]
    [InlineData("run", "sendmsg", 3)] // START
    public void NothingLivesOn(string verb, string call, int count)
    {
        string id = _bundle.NewId();
        _bundle.Configure("sleep", "1000");
        Result killed = Ocirun.RunAs("strace", _bundle.Path, ["-o", "/dev/null", "-e", "trace=" + call, "-e", $"inject={call}:signal=KILL:when={count}", Ocirun.Path, "--root", _bundle.Root, verb, id]);
        Assert.Equal(137, killed.ExitCode);

        string[] processes = Processes(id);
        for (int i = 0; i < 100 && processes.Length > 0; i++)
        {
            Thread.Sleep(20);
            processes = Processes(id);
        }
        Assert.Empty(processes);
        _bundle.Good("delete", "-f", id);
        Assert.Empty(Leftovers.Of(id, _bundle.Work, _bundle.Root));
    }

    private string[] Processes(string id) => [.. Leftovers.Of(id, _bundle.Work, _bundle.Root).Where(static item => item.StartsWith("process ", StringComparison.Ordinal))];
}
