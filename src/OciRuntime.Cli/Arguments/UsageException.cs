namespace OciRuntime.Cli.Arguments;

/// <summary>The command line is wrong: the usage is printed with the error.</summary>
internal sealed class UsageException(string message) : Exception(message);
