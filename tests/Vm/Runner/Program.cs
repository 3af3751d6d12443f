using System.Reflection;
using OciRuntime.Vm.Runner;
using Xunit.Abstractions;
using Xunit.Sdk;

// Runs tests that depend on the machine, compiled into this program, and writes one line a test:
//   suite TAB group TAB test TAB passed|failed|skipped TAB milliseconds TAB reason
// Usage: oci-vm-tests RESULTS EXCEPT SHARE/SHARES [NAME-PART...]; EXCEPT is a file of names of tests that are left out.
string results = args[0];
HashSet<string> except = [.. File.ReadLines(args[1])];
Share share = Share.Parse(args[2]);
string[] parts = args[3..];

using var writer = new ResultWriter(results);
foreach (string name in (string[])["OciRuntime.Core.Tests", "OciRuntime.Cli.Tests"])
{
    var assembly = Assembly.Load(name);
    using var framework = new XunitTestFramework(new Quiet());
    using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
    using var found = new Discovery();
    discoverer.Find(includeSourceInformation: false, found, new Options());
    found.Finished.WaitOne();
    foreach (string unknown in Selection.Unknown(name, found.Cases))
        writer.Write(name, name, unknown, "failed", 0, "Selection.cs names a test that is not there");
    ITestCase[] chosen = share.Of([.. found.Cases.Where(test => Selection.DependsOnMachine(test) && Selection.Named(test, except, parts))]);
    if (chosen.Length == 0)
        continue;
    using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
    using var execution = new Execution(writer, name);
    executor.RunTests(chosen, execution, new Options());
    execution.Finished.WaitOne();
}
return writer.Failed == 0 ? 0 : 1;
