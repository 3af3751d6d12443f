using System.Reflection;
using OciRuntime.Vm.Runner;
using Xunit;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

// Runs tests that depend on the machine, compiled into this program, and writes one line a test:
//   suite TAB group TAB test TAB passed|failed|skipped TAB milliseconds TAB reason
// Usage: oci-vm-tests RESULTS EXCEPT SHARE/SHARES [NAME-PART...]; EXCEPT is a file of names of tests that are left out.
string results = args[0];
HashSet<string> except = [.. File.ReadLines(args[1])];
Share share = Share.Parse(args[2]);
string[] parts = args[3..];

// One test after the other, theories as single cases.
var configuration = new TestAssemblyConfiguration { ParallelMode = ParallelMode.None, PreEnumerateTheories = false, SynchronousMessageReporting = true };
TestContext.SetForInitialization(diagnosticMessageSink: null, diagnosticMessages: false, internalDiagnosticMessages: false);
using var cancellation = new CancellationTokenSource();
using var writer = new ResultWriter(results);
foreach (string name in (string[])["OciRuntime.Core.Tests", "OciRuntime.Cli.Tests"])
{
    await using var framework = new XunitTestFramework();
    var controller = new InProcessFrontController(framework, Assembly.Load(name), configFilePath: null);
    var found = new List<ITestCase>();
    await controller.Find(messageSink: null, TestFrameworkOptions.ForDiscovery(configuration), static _ => true, cancellation, types: null, (test, _) =>
    {
        found.Add(test);
        return new(true);
    });
    foreach (string unknown in Selection.Unknown(name, found))
        writer.Write(name, name, unknown, "failed", 0, "Selection.cs names a test that is not there");
    ITestCase[] chosen = share.Of([.. found.Where(test => Selection.DependsOnMachine(test) && Selection.Named(test, except, parts))]);
    if (chosen.Length > 0)
        await controller.Run(new Execution(writer, name), TestFrameworkOptions.ForExecution(configuration), chosen, cancellation);
}
return writer.Failed == 0 ? 0 : 1;
