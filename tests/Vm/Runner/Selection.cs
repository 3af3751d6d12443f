using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>Which tests are worth another kind of machine.</summary>
internal static class Selection
{
    // They ask for files and programs of the checkout's machine or about the command's words, not about a kernel, as every test that needs the checkout.
    private static readonly string[] PureGroups =
    [
        "OciRuntime.Core.Tests.Seccomp.OracleTests", "OciRuntime.Cli.Tests.ArgumentTests", "OciRuntime.Cli.Tests.CompletionTests",
        "OciRuntime.Cli.Tests.InfoTests", "OciRuntime.Cli.Tests.OptionValueTests", "OciRuntime.Cli.Tests.ProcessListTests",
    ];

    // Long in a guest, and about what is the same on each kind of host: the helper, the words of an error, logs,
    // lists, the kernel's own rules for ids and namespaces.
    private static readonly string[] Alike =
    [
        "OciRuntime.Cli.Tests.CallerLimitsTests.AHardLimitOfOpenFilesIsNamed",
        "OciRuntime.Core.Tests.Lifecycle.ListTests.ManyAreListedInOrderWithTheirStatus",
        "OciRuntime.Core.Tests.Lifecycle.ListTests.WhatIsBeingMadeIsNotBroken",
        "OciRuntime.Core.Tests.Lifecycle.LogTests.ALogIsLimitedByDefault",
        "OciRuntime.Core.Tests.Lifecycle.LogTests.TheTailOfAnyLengthIsTheEndOfAll",
        "OciRuntime.Core.Tests.Lifecycle.MountTests.HundredsOfMappingsAreALaunch",
        "OciRuntime.Core.Tests.Lifecycle.MountTests.LinksWithoutATargetGetOne",
        "OciRuntime.Core.Tests.Lifecycle.NamespaceTests.EveryCombinationOfNewJoinedAndSharedIsTheKernels",
        "OciRuntime.Core.Tests.Lifecycle.NamespaceTests.EveryTwoOfAllKindsTogetherAreTheKernels",
        "OciRuntime.Core.Tests.Lifecycle.SeccompTests.AProfileThatForbidsTheStartItselfIsAnErrorAtOnce",
        "OciRuntime.Core.Tests.Lint.AgreementTests.WhatCanBeMadeIsWhatTheLintCallsSound",
        "OciRuntime.Core.Tests.Observe.ContainerWatchTests.ManyAtOnceAreAllTold",
        "OciRuntime.Core.Tests.Observe.ContainerWatchTests.ShortOnesAreToldInOrderToo",
        "OciRuntime.Core.Tests.Security.DescriptorTests.NoDescriptorIsAWorkingDirectoryOfCreate",
        "OciRuntime.Core.Tests.Spec.IdMapKernelTests.RandomMapsAreTheKernels",
    ];

    /// <summary>Names of the list above that an assembly of tests does not have: a test was renamed.</summary>
    public static IEnumerable<string> Unknown(string assembly, IEnumerable<ITestCase> found) =>
        Alike.Where(name => name.StartsWith(assembly + ".", StringComparison.Ordinal)).Except(found.Select(Name));

    /// <summary>A test that needs something of the machine (NeedsAttribute), and none of the checkout's files.</summary>
    public static bool DependsOnMachine(ITestCase test) =>
        !PureGroups.Any(test.TestClassName!.StartsWith) && !Alike.Contains(Name(test)) &&
        test.Traits.TryGetValue("needs", out IReadOnlyCollection<string>? needs) && needs.Contains("machine") && !needs.Contains("checkout");

    /// <summary>A test that is not in the list and whose name has one of the parts; without parts, every test.</summary>
    public static bool Named(ITestCase test, HashSet<string> except, string[] parts)
    {
        string name = Name(test);
        return !except.Contains(name) && (parts.Length == 0 || parts.Any(part => name.Contains(part, StringComparison.Ordinal)));
    }

    private static string Name(ITestCase test) => $"{test.TestClassName}.{test.TestMethodName}";
}
