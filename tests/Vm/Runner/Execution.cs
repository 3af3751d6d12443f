using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>Writes the outcome of every test as it comes.</summary>
internal sealed class Execution(ResultWriter writer, string suite) : IMessageSink
{
    // xunit gives names once, and from then on ids.
    private readonly Dictionary<string, string> _names = [];

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCollectionStarting collection:
                _names[collection.TestCollectionUniqueID] = collection.TestCollectionDisplayName;
                break;
            case ITestClassStarting type:
                _names[type.TestClassUniqueID!] = type.TestClassName;
                break;
            case ITestStarting test:
                _names[test.TestUniqueID] = test.TestDisplayName;
                writer.Starting(test.TestDisplayName);
                break;
            case ITestPassed test:
                writer.Write(suite, Class(test), Name(test), "passed", test.ExecutionTime, string.Empty);
                break;
            case ITestSkipped test:
                writer.Write(suite, Class(test), Name(test), "skipped", 0, test.Reason);
                break;
            case ITestFailed test:
                writer.Write(suite, Class(test), Name(test), "failed", test.ExecutionTime, Text(test));
                break;
            // What fails outside of a test (a fixture's clean-up) has no test to be counted with.
            case IErrorMessage error:
                writer.Write(suite, suite, "errors outside of tests", "failed", 0, Text(error));
                break;
            case ITestCleanupFailure error:
                writer.Write(suite, Class(error), Name(error) + " (clean-up)", "failed", 0, Text(error));
                break;
            case ITestClassCleanupFailure error:
                writer.Write(suite, Class(error), "clean-up", "failed", 0, Text(error));
                break;
            case ITestCollectionCleanupFailure error:
                writer.Write(suite, suite, _names[error.TestCollectionUniqueID] + " (clean-up)", "failed", 0, Text(error));
                break;
        }
        return true;
    }

    private string Class(ITestClassMessage message) => _names[message.TestClassUniqueID!];

    private string Name(ITestMessage message) => _names[message.TestUniqueID];

    private static string Text(IErrorMetadata failure) =>
        string.Join('\n', failure.Messages.Zip(failure.ExceptionTypes, (text, type) => $"{type}: {text}")) + "\n" + string.Join('\n', (failure.StackTraces[0] ?? string.Empty).Split('\n').Take(6));
}
