using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using OciRuntime.PowerShell.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

[Needs(Containers = true)]
public sealed class ManyContainersTests
{
    private const int Runspaces = 4;
    private const int Total = 200;
    private const int AtATime = 10;

    private readonly ITestOutputHelper _output;

    public ManyContainersTests(ITestOutputHelper output) => _output = output;

    /// <summary>Ten at a time from four runspaces; every exit code is right, and nothing is left: processes, mounts, cgroups, files, descriptors, zombies.</summary>
    [Fact]
    public void TwoHundredFromFourRunspacesLeaveNothing()
    {
        using var fixture = new BundleFixture();
        RunAll(fixture, Runspaces * 2);
        // What the first containers open once (runspaces, threads, the sealed helper) stays; what each container opens must not.
        IReadOnlyList<string> before = Leftovers.Descriptors();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        ConcurrentDictionary<string, int> codes = RunAll(fixture, Total);
        _output.WriteLine($"{Total} containers in {watch.ElapsedMilliseconds} ms");
        Assert.Equal(Total, codes.Count);
        Assert.All(codes, pair => Assert.Equal(Expected(int.Parse(pair.Key.Split('-')[^1])), pair.Value));
        Assert.Empty(Leftovers.Of(fixture.Prefix, fixture.Work, fixture.Root));
        Assert.Empty(Leftovers.Zombies());
        Assert.Empty(Directory.GetFileSystemEntries(fixture.Root));
        string[] added = [.. Kinds(Leftovers.Descriptors()).Where(kind => kind.Value > Kinds(before).GetValueOrDefault(kind.Key)).Select(kind => $"{kind.Key}: {kind.Value}")];
        Assert.True(Leftovers.Descriptors().Count <= before.Count, $"more descriptors than before: {string.Join(", ", added)}");
    }

    private static int Expected(int number) => number % 128;

    private static ConcurrentDictionary<string, int> RunAll(BundleFixture fixture, int total)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Machine.InStage("OciRuntime")]);
        using RunspacePool pool = RunspaceFactory.CreateRunspacePool(state);
        pool.SetMinRunspaces(Runspaces);
        pool.SetMaxRunspaces(Runspaces);
        pool.Open();
        var codes = new ConcurrentDictionary<string, int>();
        Parallel.For(0, Runspaces, new ParallelOptions { MaxDegreeOfParallelism = Runspaces }, worker =>
        {
            for (int first = worker; first < total; first += Runspaces * AtATime)
            {
                int[] numbers = [.. Enumerable.Range(0, AtATime).Select(i => first + i * Runspaces).Where(number => number < total)];
                using var shell = System.Management.Automation.PowerShell.Create();
                shell.RunspacePool = pool;
                // Ten live at once: all are created and started before the first is waited for.
                shell.AddScript("""
                    param($bundle, $root, $prefix, [int[]] $numbers)
                    $made = foreach ($number in $numbers) {
                        New-OciContainer "$prefix$number" $bundle -Root $root -Spec (New-OciSpec sh, -c, "exit $($number % 128)") | Start-OciContainer -PassThru
                    }
                    $made | Wait-OciContainer -Timeout 60
                    $made | Remove-OciContainer
                    """).AddArgument(fixture.Bundle).AddArgument(fixture.Root).AddArgument(fixture.Prefix).AddArgument(numbers);
                foreach (dynamic exit in shell.Invoke())
                    codes[(string)exit.Id] = (int)exit.ExitCode;
                Assert.Empty(shell.Streams.Error.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
            }
        });
        return codes;
    }

    private static Dictionary<string, int> Kinds(IEnumerable<string> descriptors) =>
        descriptors.GroupBy(target => target.Split(':', '[')[0]).ToDictionary(group => group.Key, group => group.Count());
}
