using Xunit.Abstractions;
using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>Which tests are worth another kind of machine.</summary>
internal static class Selection
{
    // They ask for files and programs of the checkout's machine or about the command's words, not about a kernel, as every test with a CheckoutFact.
    private static readonly string[] PureGroups =
    [
        "OciRuntime.Core.Tests.Seccomp.OracleTests", "OciRuntime.Cli.Tests.ArgumentTests", "OciRuntime.Cli.Tests.CompletionTests",
        "OciRuntime.Cli.Tests.InfoTests", "OciRuntime.Cli.Tests.OptionValueTests", "OciRuntime.Cli.Tests.ProcessListTests",
    ];

    /// <summary>A test whose attribute is not xunit's own looks at the machine before it runs, or is skipped there.</summary>
    public static bool DependsOnMachine(ITestCase test) =>
        !PureGroups.Any(test.TestMethod.TestClass.Class.Name.StartsWith) &&
        test.TestMethod.Method.GetCustomAttributes(typeof(Xunit.FactAttribute)).OfType<ReflectionAttributeInfo>()
            .Any(attribute => attribute.Attribute.GetType().Name is not ("FactAttribute" or "TheoryAttribute" or "CheckoutFactAttribute")
                && attribute.Attribute.GetType().GetProperty("SharedData")?.GetValue(attribute.Attribute) is null);

    /// <summary>A test that is not in the list and whose name has one of the parts; without parts, every test.</summary>
    public static bool Named(ITestCase test, HashSet<string> except, string[] parts)
    {
        string name = $"{test.TestMethod.TestClass.Class.Name}.{test.TestMethod.Method.Name}";
        return !except.Contains(name) && (parts.Length == 0 || parts.Any(part => name.Contains(part, StringComparison.Ordinal)));
    }
}
