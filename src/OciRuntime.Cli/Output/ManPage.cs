using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Commands;

namespace OciRuntime.Cli.Output;

/// <summary>Manual pages of section 8, made from the same tables as the help (man(7), groff_man(7)).</summary>
internal static class ManPage
{
    internal static string OfProgram()
    {
        StringBuilder text = Head("ocirun", "run OCI containers");
        text.Append(".SH SYNOPSIS\n.B ocirun\n[global options] command [command options] [arguments...]\n");
        text.Append(".SH DESCRIPTION\nRuns containers as the OCI runtime specification describes them, with the commands, options and messages of runc. ")
            .Append("Engines such as Podman, containerd and Docker can use it as their runtime.\n");
        text.Append(".SH COMMANDS\n");
        foreach (string name in CommandTable.Names)
            text.Append(".TP\n.BR ").Append(Escape("ocirun-" + name)).Append(" (8)\n").Append(Escape(CommandTable.Find(name)!.Summary)).Append('\n');
        Options(text, "GLOBAL OPTIONS", GlobalOptions.All);
        text.Append(".SH EXIT STATUS\n0, or 1 for an error of the runtime (255 in exec, 3 for an unknown command). In the foreground, the exit status of the process, or 128 plus the number of the signal that ended it.\n");
        text.Append(".SH FILES\n.TP\n.I /run/oci\\-runtime\nState of containers that root runs; for other users\n.IR $XDG_RUNTIME_DIR/oci\\-runtime .\n");
        return SeeAlso(text, CommandTable.Names.ToArray().Select(static name => "ocirun-" + name)).ToString();
    }

    internal static string Of(Command command)
    {
        StringBuilder text = Head("ocirun-" + command.Name, command.Summary);
        text.Append(".SH SYNOPSIS\n.B ocirun ").Append(Escape(command.Name)).Append('\n').Append(Escape(command.Usage)).Append('\n');
        Options(text, "OPTIONS", command.Options);
        return SeeAlso(text, ["ocirun"]).ToString();
    }

    private static StringBuilder Head(string name, string summary) => new StringBuilder(".TH ").Append(name.ToUpperInvariant())
        .Append(" 8 \"\" \"ocirun ").Append(typeof(ManPage).Assembly.GetName().Version!.ToString(3)).Append("\"\n.SH NAME\n").Append(Escape(name)).Append(" \\- ").Append(Escape(summary)).Append('\n');

    private static void Options(StringBuilder text, string heading, Option[] options)
    {
        text.Append(".SH ").Append(heading).Append('\n');
        foreach (Option option in options.Append(Option.Help))
        {
            text.Append(".TP\n.B ").Append(Escape("--" + option.Name));
            if (option.Letter != '\0')
                text.Append(", ").Append(Escape("-" + option.Letter));
            if (option.Value is { } value)
                text.Append(" \\fI").Append(Escape(value)).Append("\\fP");
            text.Append('\n').Append(Escape(option.Text)).Append('\n');
        }
    }

    private static StringBuilder SeeAlso(StringBuilder text, IEnumerable<string> pages) =>
        text.Append(".SH SEE ALSO\n").AppendJoin(",\n", pages.Select(static page => ".BR " + Escape(page) + " (8)")).Append('\n');

    // Dashes that can be copied; a line must not begin like a request.
    private static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
