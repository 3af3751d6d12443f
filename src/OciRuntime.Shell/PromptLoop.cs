using System.Management.Automation.Language;
using System.Text;
using OciRuntime.Shell.Hosting;

namespace OciRuntime.Shell;

/// <summary>The plain prompt: a line, more lines while the statement is incomplete, its result.</summary>
internal sealed class PromptLoop(ShellHost host, Func<string> prompt, Action<string> execute, Action beforeEach)
{
    public void Run()
    {
        while (!host.ShouldExit)
        {
            if (ReadStatement() is not { } statement)
            {
                Console.Out.WriteLine();
                return;
            }
            beforeEach();
            if (!string.IsNullOrWhiteSpace(statement))
                execute(statement);
        }
    }

    /// <returns>Null at the end of input.</returns>
    private string? ReadStatement()
    {
        var text = new StringBuilder();
        Console.Out.Write(prompt());
        while (Console.In.ReadLine() is { } line)
        {
            text.AppendLine(line);
            // An empty line ends an incomplete statement, so that a stray brace can be left.
            if (line.Length == 0 || !IsIncomplete(text.ToString()))
                return text.ToString();
            Console.Out.Write(">> ");
        }
        return text.Length > 0 ? text.ToString() : null;
    }

    private static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(error => error.IncompleteInput);
    }
}
