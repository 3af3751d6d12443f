using System.Globalization;
using System.Management.Automation;

namespace OciRuntime.HelpCompiler;

/// <summary>A parameter with what all its sets say about it.</summary>
internal sealed class ParameterShape
{
    private readonly CommandParameterInfo[] _uses;
    private readonly string[] _sets;
    private readonly string[] _shownSets;

    public ParameterShape(ParameterMetadata metadata, CommandParameterSetInfo[] sets)
    {
        Name = metadata.Name;
        Type = metadata.ParameterType;
        Aliases = [.. metadata.Aliases];
        Globbing = metadata.Attributes.OfType<SupportsWildcardsAttribute>().Any();
        AcceptedValues = [.. metadata.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues)];
        IsShouldProcess = Cmdlet.OptionalCommonParameters.Contains(Name);
        CommandParameterSetInfo[] holding = [.. sets.Where(set => set.Parameters.Any(parameter => parameter.Name == Name))];
        _sets = [.. holding.Select(set => set.Name)];
        _shownSets = holding.Length == sets.Length ? ["(All)"] : _sets;
        _uses = [.. holding.Select(set => set.Parameters.First(parameter => parameter.Name == Name))];
    }

    public string Name { get; }

    public Type Type { get; }

    public IReadOnlyList<string> Aliases { get; }

    public bool Globbing { get; }

    public IReadOnlyList<string> AcceptedValues { get; }

    public bool IsShouldProcess { get; }

    public string TypeName => Nullable.GetUnderlyingType(Type)?.Name ?? Type.Name;

    public string Position => Position0(_uses.Length == 0 ? int.MinValue : _uses.Max(use => use.Position));

    public bool Required => _uses.Any(use => use.IsMandatory);

    public string PipelineInput => PipelineInputOf(_uses.Any(use => use.ValueFromPipeline), _uses.Any(use => use.ValueFromPipelineByPropertyName));

    /// <summary>The yaml block of the platyPS schema.</summary>
    public string Table(string defaultValue) => string.Create(CultureInfo.InvariantCulture, $"""
        Type: {TypeName}
        Parameter Sets: {string.Join(", ", _shownSets)}
        Aliases: {string.Join(", ", Aliases)}
        {(AcceptedValues.Count > 0 ? $"Accepted values: {string.Join(", ", AcceptedValues)}\n" : string.Empty)}
        Required: {(!Required ? "False" : _uses.All(use => use.IsMandatory) ? "True" : $"True ({string.Join(", ", RequiredSets())})")}
        Position: {Position}
        Default value: {defaultValue}
        Accept pipeline input: {PipelineInput}
        Accept wildcard characters: {Globbing}
        """).Replace("Aliases: \n", "Aliases:\n", StringComparison.Ordinal);

    public static string Position0(int position) => position < 0 ? "Named" : position.ToString(CultureInfo.InvariantCulture);

    public static string PipelineInputOf(bool byValue, bool byPropertyName) => (byValue, byPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private IEnumerable<string> RequiredSets() => _sets.Zip(_uses).Where(pair => pair.Second.IsMandatory).Select(pair => pair.First);
}
