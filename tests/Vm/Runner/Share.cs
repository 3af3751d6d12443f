using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>What one of several guests runs: every so many test classes in the order of their names, since classes have fixtures.</summary>
internal sealed record Share(int Number, int Shares)
{
    public static Share Parse(string text) => text.Split('/') is [string number, string shares] ? new Share(int.Parse(number), int.Parse(shares)) : throw new FormatException(text);

    public ITestCase[] Of(IReadOnlyList<ITestCase> tests)
    {
        string[] classes = [.. tests.Select(Class).Distinct().Order(StringComparer.Ordinal)];
        return [.. tests.Where(test => Array.IndexOf(classes, Class(test)) % Shares == Number - 1)];
    }

    private static string Class(ITestCase test) => test.TestClassName!;
}
