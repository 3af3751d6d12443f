using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Commands;

namespace OciRuntime.Cli.Output;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    internal static string OfProgram()
    {
        var text = new StringBuilder("NAME:\n   ocirun - run OCI containers\n\nUSAGE:\n   ocirun [global options] command [command options] [arguments...]\n\nCOMMANDS:\n");
        foreach (string name in CommandTable.Names)
            text.Append("   ").Append(name.PadRight(12)).Append(CommandTable.Find(name)!.Summary).Append('\n');
        text.Append("\nGLOBAL OPTIONS:\n");
        return Append(text, GlobalOptions.All).ToString();
    }

    internal static string Of(Command command)
    {
        var text = new StringBuilder($"NAME:\n   ocirun {command.Name} - {command.Summary}\n\nUSAGE:\n   ocirun {command.Name} {command.Usage}\n\nOPTIONS:\n");
        return Append(text, command.Options).ToString();
    }

    private static StringBuilder Append(StringBuilder text, Option[] options)
    {
        foreach (Option option in options)
            Append(text, option);
        return Append(text, Option.Help);
    }

    private static StringBuilder Append(StringBuilder text, Option option)
    {
        string name = "--" + option.Name + (option.Letter == '\0' ? "" : ", -" + option.Letter) + (option.Takes ? " " + option.Value : "");
        return text.Append("   ").Append(name.PadRight(34)).Append(' ').Append(option.Text).Append('\n');
    }
}
