using Xunit.Abstractions;
using Xunit.Sdk;

namespace OciRuntime.Vm.Runner;

/// <summary>Takes xunit's diagnostics and drops them.</summary>
internal sealed class Quiet : IMessageSink
{
    public bool OnMessage(IMessageSinkMessage message) => true;
}

/// <summary>Collects the test cases of an assembly.</summary>
internal sealed class Discovery : IMessageSink, IDisposable
{
    public List<ITestCase> Cases { get; } = [];

    public ManualResetEvent Finished { get; } = new(false);

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage found)
            Cases.Add(found.TestCase);
        if (message is IDiscoveryCompleteMessage)
            Finished.Set();
        return true;
    }

    public void Dispose() => Finished.Dispose();
}

/// <summary>Writes the outcome of every test as it comes.</summary>
internal sealed class Execution(ResultWriter writer, string suite) : IMessageSink, IDisposable
{
    public ManualResetEvent Finished { get; } = new(false);

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting test:
                writer.Starting(Name(test.Test));
                break;
            case ITestPassed test:
                writer.Write(suite, Class(test), Name(test.Test), "passed", test.ExecutionTime, string.Empty);
                break;
            case ITestSkipped test:
                writer.Write(suite, Class(test), Name(test.Test), "skipped", 0, test.Reason);
                break;
            case ITestFailed test:
                writer.Write(suite, Class(test), Name(test.Test), "failed", test.ExecutionTime, Text(test));
                break;
            // What fails outside of a test (a fixture's clean-up) has no test to be counted with.
            case IErrorMessage error:
                writer.Write(suite, suite, "errors outside of tests", "failed", 0, Text(error));
                break;
            case ITestCleanupFailure error:
                writer.Write(suite, Class(error), Name(error.Test) + " (clean-up)", "failed", 0, Text(error));
                break;
            case ITestClassCleanupFailure error:
                writer.Write(suite, error.TestClass.Class.Name, "clean-up", "failed", 0, Text(error));
                break;
            case ITestCollectionCleanupFailure error:
                writer.Write(suite, suite, error.TestCollection.DisplayName + " (clean-up)", "failed", 0, Text(error));
                break;
            case ITestAssemblyFinished:
                Finished.Set();
                break;
        }
        return true;
    }

    public void Dispose() => Finished.Dispose();

    private static string Class(ITestMessage message) => message.TestClass.Class.Name;

    private static string Name(ITest test) => test.DisplayName;

    private static string Text(IFailureInformation failure) =>
        string.Join('\n', failure.Messages.Zip(failure.ExceptionTypes, (text, type) => $"{type}: {text}")) + "\n" + string.Join('\n', (failure.StackTraces[0] ?? string.Empty).Split('\n').Take(6));
}
