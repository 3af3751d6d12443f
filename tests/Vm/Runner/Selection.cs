using Xunit.Abstractions;
using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>Which tests are worth another kind of machine.</summary>
internal static class Selection
{
    // They ask for files and programs of the checkout's machine, not for a kernel.
    private static readonly string[] PureGroups = ["OciRuntime.Core.Tests.Lint.", "OciRuntime.Core.Tests.Seccomp.OracleTests"];

    /// <summary>A test whose attribute is not xunit's own looks at the machine before it runs, or is skipped there.</summary>
    public static bool DependsOnMachine(ITestCase test) =>
        !PureGroups.Any(test.TestMethod.TestClass.Class.Name.StartsWith) &&
        test.TestMethod.Method.GetCustomAttributes(typeof(Xunit.FactAttribute)).OfType<ReflectionAttributeInfo>()
            .Any(attribute => attribute.Attribute.GetType() != typeof(Xunit.FactAttribute) && attribute.Attribute.GetType() != typeof(Xunit.TheoryAttribute)
                && attribute.Attribute.GetType().GetProperty("SharedData")?.GetValue(attribute.Attribute) is null);

    /// <summary>A test of the list, whose name has one of the parts; without list or parts, every test.</summary>
    public static bool Named(ITestCase test, HashSet<string>? only, string[] parts)
    {
        string name = $"{test.TestMethod.TestClass.Class.Name}.{test.TestMethod.Method.Name}";
        return (only is null || only.Contains(name)) && (parts.Length == 0 || parts.Any(part => name.Contains(part, StringComparison.Ordinal)));
    }
}
