using System.Text;

namespace OciRuntime.HelpCompiler;

/// <summary>Writes a page again with everything that follows from the cmdlet brought up to date; prose stays as it is.</summary>
internal static class MarkdownWriter
{
    private const string WhatIf = "Says what would happen, and does nothing.";
    private const string Confirm = "Asks before each change.";

    private const string Common = """
        This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable,
        -OutBuffer, -OutVariable, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction and -WarningVariable. For more information, see
        [about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).
        """;

    public static string Write(HelpPage page, CommandShape command)
    {
        var text = new StringBuilder();
        text.Append($"---\nexternal help file: OciRuntime.PowerShell.dll-Help.xml\nModule Name: OciRuntime\nonline version: {command.Online}\nschema: 2.0.0\n---\n\n");
        text.Append($"# {command.Name}\n\n## SYNOPSIS\n\n{page.Synopsis}\n\n## SYNTAX\n\n{Syntax(command)}\n\n## DESCRIPTION\n\n{page.Description}\n\n## EXAMPLES\n\n");
        foreach (HelpExample example in page.Examples)
            text.Append($"### {example.Title}\n\n```powershell\n{example.Code}\n```\n\n{(example.Remarks.Length > 0 ? example.Remarks + "\n\n" : string.Empty)}");
        text.Append("## PARAMETERS\n\n");
        foreach (ParameterShape parameter in command.Parameters)
        {
            HelpParameter? written = page.Parameters.FirstOrDefault(candidate => candidate.Name == parameter.Name);
            string description = written?.Description ?? (parameter.Name == "WhatIf" ? WhatIf : parameter.Name == "Confirm" ? Confirm : string.Empty);
            text.Append($"### -{parameter.Name}\n\n{description}\n\n```yaml\n{parameter.Table(written?.DefaultValue ?? DefaultOf(parameter))}\n```\n\n");
        }
        text.Append($"### CommonParameters\n\n{Common}\n\n");
        Types(text, "INPUTS", page.Inputs);
        Types(text, "OUTPUTS", page.Outputs.Count > 0 ? page.Outputs : [.. command.OutputTypes.Select(name => new HelpType(name, string.Empty))]);
        text.Append($"## NOTES\n\n{(page.Notes.Length > 0 ? page.Notes + "\n\n" : string.Empty)}## RELATED LINKS\n");
        foreach (HelpLink link in page.Links)
            text.Append($"\n[{link.Text}]({link.Address})\n");
        return text.ToString();
    }

    /// <summary>The SYNTAX section as it must be.</summary>
    public static string Syntax(CommandShape command) => string.Join("\n\n", command.Sets
        .OrderByDescending(set => set.IsDefault)
        .Select(set => $"{(command.Sets.Count > 1 ? $"### {set.Name}{(set.IsDefault ? " (Default)" : string.Empty)}\n\n" : string.Empty)}```\n{command.Name} {set}\n```"));

    private static string DefaultOf(ParameterShape parameter) => parameter.Type == typeof(System.Management.Automation.SwitchParameter) ? "False" : "None";

    private static void Types(StringBuilder text, string heading, IReadOnlyList<HelpType> types)
    {
        text.Append($"## {heading}\n\n");
        foreach (HelpType type in types)
            text.Append($"### {type.Name}\n\n{(type.Description.Trim() is { Length: > 0 } words ? words + "\n\n" : string.Empty)}");
    }
}
