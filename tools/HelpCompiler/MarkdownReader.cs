using System.Text.RegularExpressions;

namespace OciRuntime.HelpCompiler;

/// <summary>Reads a page of the platyPS schema 2.0.0. What does not fit it is a FormatException.</summary>
internal static partial class MarkdownReader
{
    private static readonly string[] Sections =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    public static HelpPage Read(string file, string text)
    {
        Match front = FrontMatter().Match(text);
        if (!front.Success)
            throw new FormatException("the page does not start with a front matter between --- lines");
        foreach (string key in (string[])["external help file:", "Module Name:", "online version:", "schema: 2.0.0"])
        {
            if (!front.Groups[1].Value.Split('\n').Any(line => line.StartsWith(key, StringComparison.Ordinal)))
                throw new FormatException($"the front matter lacks '{key}'");
        }
        (string title, Dictionary<string, string> sections) = Split(text[front.Length..], 1) is [(var name, var body)]
            ? (name, Split(body, 2).ToDictionary(section => section.Title, section => section.Body, StringComparer.Ordinal))
            : throw new FormatException("the page has not exactly one '# Verb-Noun' heading");
        foreach (string section in Sections.Where(section => !sections.ContainsKey(section)))
            throw new FormatException($"the section '## {section}' is missing");
        foreach (string section in sections.Keys.Except(Sections, StringComparer.Ordinal))
            throw new FormatException($"the section '## {section}' is not one of the schema");
        return new HelpPage
        {
            File = file,
            Name = title,
            Synopsis = sections["SYNOPSIS"],
            Syntax = sections["SYNTAX"],
            Description = sections["DESCRIPTION"],
            Examples = [.. Split(sections["EXAMPLES"], 3).Select(Example)],
            Parameters = [.. Split(sections["PARAMETERS"], 3).Where(part => part.Title.StartsWith('-')).Select(Parameter)],
            Inputs = [.. Split(sections["INPUTS"], 3).Select(part => new HelpType(part.Title, part.Body))],
            Outputs = [.. Split(sections["OUTPUTS"], 3).Select(part => new HelpType(part.Title, part.Body))],
            Notes = sections["NOTES"],
            Links = [.. Link().Matches(sections["RELATED LINKS"]).Select(match => new HelpLink(match.Groups[1].Value, match.Groups[2].Value))],
        };
    }

    private static HelpExample Example((string Title, string Body) part)
    {
        Match code = Fence("powershell", part.Body, part.Title);
        return new HelpExample(part.Title, code.Groups[1].Value.TrimEnd(), part.Body.Remove(code.Index, code.Length).Trim());
    }

    private static HelpParameter Parameter((string Title, string Body) part)
    {
        Match table = Fence("yaml", part.Body, part.Title);
        return new HelpParameter(part.Title[1..], part.Body.Remove(table.Index, table.Length).Trim(), table.Groups[1].Value.TrimEnd());
    }

    private static Match Fence(string language, string body, string title)
    {
        Match match = Regex.Match(body, $@"^```{language}\n(.*?)^```\n?", RegexOptions.Multiline | RegexOptions.Singleline);
        return match.Success ? match : throw new FormatException($"'{title}' has no ```{language} block");
    }

    // Headings of one level with what follows each; a # inside a fenced block is no heading.
    private static List<(string Title, string Body)> Split(string text, int level)
    {
        string mark = new string('#', level) + " ";
        var parts = new List<(string Title, List<string> Lines)>();
        bool fenced = false;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            if (!fenced && line.StartsWith(mark, StringComparison.Ordinal))
                parts.Add((line[mark.Length..].Trim(), []));
            else if (parts.Count > 0)
                parts[^1].Lines.Add(line);
        }
        return [.. parts.Select(part => (part.Title, string.Join('\n', part.Lines).Trim() + (level == 3 ? "\n" : string.Empty)))];
    }

    [GeneratedRegex(@"\A---\n(.*?)^---\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]*)\)")]
    private static partial Regex Link();
}
