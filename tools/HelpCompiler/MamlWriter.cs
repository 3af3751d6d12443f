using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OciRuntime.HelpCompiler;

/// <summary>Writes the pages as the MAML that Get-Help reads.</summary>
internal static partial class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Write(string file, IReadOnlyList<CommandShape> commands, IReadOnlyList<HelpPage> pages)
    {
        var items = new XElement(Msh + "helpItems", new XAttribute("schema", "maml"));
        foreach (CommandShape command in commands)
            items.Add(CommandElement(command, pages.First(page => page.Name == command.Name)));
        new XDocument(new XDeclaration("1.0", "utf-8", null), items).Save(file);
    }

    private static XElement CommandElement(CommandShape command, HelpPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", command.Name),
            new XElement(Command + "verb", command.Verb),
            new XElement(Command + "noun", command.Noun),
            Text(Maml + "description", page.Synopsis)),
        Text(Maml + "description", page.Description),
        new XElement(Command + "syntax", command.Sets.OrderByDescending(set => set.IsDefault).Select(set => SyntaxItem(command, page, set))),
        new XElement(Command + "parameters", command.Parameters.Select(parameter => Parameter(parameter, page, null))),
        new XElement(Command + "inputTypes", page.Inputs.Select(type => TypeElement(Command + "inputType", type))),
        new XElement(Command + "returnValues", page.Outputs.Select(type => TypeElement(Command + "returnValue", type))),
        new XElement(Maml + "alertSet", Text(Maml + "alert", page.Notes)),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        new XElement(
            Command + "relatedLinks",
            // Get-Help -Online opens the first that has an address.
            Link("Online version:", command.Online),
            page.Links.Select(static link => Link(link.Text, link.Address.StartsWith("http", StringComparison.Ordinal) ? link.Address : string.Empty))));

    private static XElement Link(string text, string address) =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    private static XElement SyntaxItem(CommandShape command, HelpPage page, CommandParameterSetInfo set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        set.Parameters
            .Select(use => (Use: use, Shape: command.Parameters.FirstOrDefault(parameter => parameter.Name == use.Name)))
            .Where(pair => pair.Shape is not null)
            .OrderBy(pair => pair.Use.Position < 0 ? int.MaxValue : pair.Use.Position)
            .ThenByDescending(pair => pair.Use.IsMandatory)
            .Select(pair => Parameter(pair.Shape!, page, pair.Use)));

    // In a syntax item what its set says, in the list of parameters what all sets say.
    private static XElement Parameter(ParameterShape shape, HelpPage page, CommandParameterInfo? use)
    {
        HelpParameter written = page.Parameters.First(parameter => parameter.Name == shape.Name);
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", use?.IsMandatory ?? shape.Required),
            new XAttribute("variableLength", shape.Type.IsArray),
            new XAttribute("globbing", shape.Globbing),
            new XAttribute("pipelineInput", use is null ? shape.PipelineInput : ParameterShape.PipelineInputOf(use.ValueFromPipeline, use.ValueFromPipelineByPropertyName)),
            new XAttribute("position", use is null ? shape.Position.ToLowerInvariant() : ParameterShape.Position0(use.Position).ToLowerInvariant()),
            new XAttribute("aliases", shape.Aliases.Count > 0 ? string.Join(", ", shape.Aliases) : "none"),
            new XElement(Maml + "name", shape.Name),
            Text(Maml + "description", written.Description));
        if (shape.AcceptedValues.Count > 0)
            element.Add(new XElement(Command + "parameterValueGroup", shape.AcceptedValues.Select(value => new XElement(
                Command + "parameterValue", new XAttribute("required", false), new XAttribute("variableLength", false), value))));
        // A switch has no value in a syntax line, but its type is listed.
        if (use is null || shape.Type != typeof(SwitchParameter))
            element.Add(new XElement(
                Command + "parameterValue",
                new XAttribute("required", shape.Type != typeof(SwitchParameter)),
                new XAttribute("variableLength", shape.Type.IsArray),
                shape.TypeName));
        element.Add(new XElement(Dev + "type", new XElement(Maml + "name", shape.TypeName)), new XElement(Dev + "defaultValue", written.DefaultValue));
        return element;
    }

    private static XElement TypeElement(XName name, HelpType type) =>
        new(name, new XElement(Dev + "type", new XElement(Maml + "name", type.Name)), Text(Maml + "description", type.Description));

    private static XElement Example(HelpExample example) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------------------------- {example.Title} --------------------------"),
        new XElement(Dev + "code", example.Code),
        Text(Dev + "remarks", example.Remarks));

    // Paragraphs are separated by empty lines; lines of one are joined, but those of a list or a table are not.
    private static XElement Text(XName name, string markdown) => new(name, Blank().Split(markdown.Trim())
        .Where(paragraph => paragraph.Length > 0)
        .Select(paragraph => new XElement(Maml + "para", Plain(paragraph))));

    private static string Plain(string paragraph)
    {
        string text = Link().Replace(paragraph, "$1").Replace("`", string.Empty, StringComparison.Ordinal).Replace("**", string.Empty, StringComparison.Ordinal);
        return text.Split('\n').Any(line => line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith('|'))
            ? text
            : text.Replace('\n', ' ');
    }

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]*\)")]
    private static partial Regex Link();
}
