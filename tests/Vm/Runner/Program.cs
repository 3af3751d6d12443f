using System.Reflection;
using OciRuntime.Vm.Runner;
using Xunit.Abstractions;
using Xunit.Sdk;

// Runs tests that depend on the machine, compiled into this program, and writes one line a test:
//   suite TAB group TAB test TAB passed|failed|skipped TAB milliseconds TAB reason
// Usage: oci-vm-tests RESULTS [--all] [--except FILE-OF-TEST-NAMES] [NAME-PART...]
string results = args[0];
bool all = args.Contains("--all");
int list = Array.IndexOf(args, "--except");
HashSet<string> except = list > 0 ? [.. File.ReadLines(args[list + 1])] : [];
string[] parts = [.. args.Where((argument, i) => i > 0 && !argument.StartsWith("--", StringComparison.Ordinal) && (list < 0 || i != list + 1))];

using var writer = new ResultWriter(results);
foreach (string name in (string[])["OciRuntime.Core.Tests", "OciRuntime.Cli.Tests"])
{
    var assembly = Assembly.Load(name);
    using var framework = new XunitTestFramework(new Quiet());
    using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
    using var found = new Discovery();
    discoverer.Find(includeSourceInformation: false, found, new Options());
    found.Finished.WaitOne();
    ITestCase[] chosen = [.. found.Cases.Where(test => all || Selection.DependsOnMachine(test)).Where(test => Selection.Named(test, except, parts))];
    if (chosen.Length == 0)
        continue;
    using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
    using var execution = new Execution(writer, name);
    executor.RunTests(chosen, execution, new Options());
    execution.Finished.WaitOne();
}
return writer.Failed == 0 ? 0 : 1;
