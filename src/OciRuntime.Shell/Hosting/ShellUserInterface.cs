using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OciRuntime.Shell.Hosting;

/// <summary>Output, error lines, and prompts that read lines.</summary>
internal sealed class ShellUserInterface(bool nonInteractive) : PSHostUserInterface
{
    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUserInterface();

    public override bool SupportsVirtualTerminal { get; } =
        !Console.IsOutputRedirected && !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public override void Write(string value) => Console.Out.Write(Plain(value));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (SupportsVirtualTerminal && foregroundColor != RawUI.ForegroundColor)
            Console.Out.Write($"{PSStyle.MapForegroundColorToEscapeSequence(foregroundColor)}{value}{PSStyle.Instance.Reset}");
        else
            Console.Out.Write(Plain(value));
    }

    public override void WriteLine(string value) => Console.Out.WriteLine(Plain(value));

    public override void WriteErrorLine(string value) => Console.Error.WriteLine(Coloured(PSStyle.Instance.Formatting.Error, value));

    public override void WriteWarningLine(string message) => WriteMessage(PSStyle.Instance.Formatting.Warning, "WARNING", message);

    public override void WriteVerboseLine(string message) => WriteMessage(PSStyle.Instance.Formatting.Verbose, "VERBOSE", message);

    public override void WriteDebugLine(string message) => WriteMessage(PSStyle.Instance.Formatting.Debug, "DEBUG", message);

    // A plain terminal has no place for it that would not end up between the lines of output.
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine()
    {
        RefuseWhenNonInteractive();
        return Console.In.ReadLine() ?? string.Empty;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseWhenNonInteractive();
        var secret = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (char c in Console.In.ReadLine() ?? string.Empty)
                secret.AppendChar(c);
            return secret;
        }
        for (ConsoleKeyInfo key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
        {
            if (key.Key != ConsoleKey.Backspace)
                secret.AppendChar(key.KeyChar);
            else if (secret.Length > 0)
                secret.RemoveAt(secret.Length - 1);
        }
        Console.Out.WriteLine();
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in descriptions)
            answers.Add(field.Name, FieldPrompt.Read(this, field));
        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        return ChoicePrompt.Read(this, choices, defaultChoice);
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }
        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private void WriteHeading(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption))
            WriteLine(caption);
        if (!string.IsNullOrEmpty(message))
            WriteLine(message);
    }

    private void WriteMessage(string colour, string kind, string message) => Console.Out.WriteLine(Coloured(colour, $"{kind}: {message}"));

    private string Coloured(string colour, string value) => SupportsVirtualTerminal ? $"{colour}{value}{PSStyle.Instance.Reset}" : Plain(value);

    // The engine's formatter always colours; without a terminal the host takes the escape sequences out again.
    private string Plain(string value) => GetOutputString(value, SupportsVirtualTerminal);

    private void RefuseWhenNonInteractive()
    {
        if (nonInteractive)
            throw new HostException("the host can't ask: it runs with -NonInteractive");
    }
}
