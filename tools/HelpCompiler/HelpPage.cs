namespace OciRuntime.HelpCompiler;

/// <summary>One page of docs/help, as written.</summary>
internal sealed class HelpPage
{
    public required string File { get; init; }

    public required string Name { get; init; }

    public string Synopsis { get; init; } = string.Empty;

    public string Syntax { get; init; } = string.Empty;

    public string Description { get; init; } = string.Empty;

    public IReadOnlyList<HelpExample> Examples { get; init; } = [];

    public IReadOnlyList<HelpParameter> Parameters { get; init; } = [];

    public IReadOnlyList<HelpType> Inputs { get; init; } = [];

    public IReadOnlyList<HelpType> Outputs { get; init; } = [];

    public string Notes { get; init; } = string.Empty;

    public IReadOnlyList<HelpLink> Links { get; init; } = [];
}

/// <summary>One example: what is typed and what happens.</summary>
internal sealed record HelpExample(string Title, string Code, string Remarks);

/// <summary>One parameter: its text and the lines of its yaml block.</summary>
internal sealed record HelpParameter(string Name, string Description, string Table)
{
    /// <summary>The table's default value; the only entry that the cmdlet's metadata can't tell.</summary>
    public string DefaultValue => Table.Split('\n').FirstOrDefault(line => line.StartsWith("Default value:", StringComparison.Ordinal)) is { } line
        ? line["Default value:".Length..].Trim()
        : "None";
}

/// <summary>A type of INPUTS or OUTPUTS.</summary>
internal sealed record HelpType(string Name, string Description);

/// <summary>A link; the address may be empty.</summary>
internal sealed record HelpLink(string Text, string Address);
