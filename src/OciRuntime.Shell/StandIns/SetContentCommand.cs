using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Set-Content of a file, UTF-8 without a mark.</summary>
[Cmdlet(VerbsCommon.Set, "Content")]
public sealed class SetContentCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    public string Path { get; set; } = string.Empty;

    /// <summary>Its lines.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowEmptyString, AllowEmptyCollection]
    public object[] Value { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => _lines.AddRange(Value.Select(value => PSObject.AsPSObject(value).ToString()));

    /// <inheritdoc/>
    protected override void EndProcessing() => File.WriteAllLines(GetUnresolvedProviderPathFromPSPath(Path), _lines);
}
