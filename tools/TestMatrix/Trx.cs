using System.Xml.Linq;

namespace OciRuntime.TestMatrix;

/// <summary>Results of `dotnet test --logger trx`.</summary>
internal static class Trx
{
    private static readonly XNamespace Space = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static IEnumerable<TestResult> Read(string file)
    {
        XElement run = XElement.Load(file);
        Dictionary<string, string> types = run.Descendants(Space + "UnitTest")
            .ToDictionary(test => test.Attribute("id")!.Value, test => test.Element(Space + "TestMethod")!.Attribute("className")!.Value);
        string suite = Path.GetFileNameWithoutExtension(file);
        foreach (XElement result in run.Descendants(Space + "UnitTestResult"))
        {
            Outcome outcome = result.Attribute("outcome")?.Value switch
            {
                "Passed" => Outcome.Passed,
                "NotExecuted" => Outcome.Skipped,
                _ => Outcome.Failed,
            };
            string reason = outcome == Outcome.Passed ? string.Empty : result.Descendants(Space + "Message").FirstOrDefault()?.Value ?? string.Empty;
            yield return new(
                Names.Suite(suite),
                Names.Group(suite, types[result.Attribute("testId")!.Value]),
                Names.Test(suite, result.Attribute("testName")!.Value),
                outcome,
                reason.ReplaceLineEndings("\\n"));
        }
    }
}
