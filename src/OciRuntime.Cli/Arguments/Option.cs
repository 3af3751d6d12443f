namespace OciRuntime.Cli.Arguments;

/// <summary>One option of the command line.</summary>
/// <param name="Name">Long name without dashes.</param>
/// <param name="Letter">Short name, or '\0'.</param>
/// <param name="Value">The name of its value in the help, or null for a switch.</param>
/// <param name="Text">One line of help.</param>
internal sealed record Option(string Name, char Letter, string? Value, string Text)
{
    /// <summary>Accepted everywhere.</summary>
    internal static readonly Option Help = new("help", 'h', null, "show help");

    internal bool Takes => Value is not null;
}
