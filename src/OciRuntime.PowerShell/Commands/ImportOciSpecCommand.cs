using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Reads configurations (config.json).</summary>
[Cmdlet(VerbsData.Import, "OciSpec", DefaultParameterSetName = "Path")]
[OutputType(typeof(OciSpec))]
public sealed class ImportOciSpecCommand : OciCmdlet
{
    /// <summary>The files, with wildcards; a directory stands for its config.json.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, exactly as written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The bundles whose config.json is read.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bundle", ValueFromPipelineByPropertyName = true)]
    [Alias("BundlePath")]
    [ValidateNotNullOrEmpty]
    public string[] Bundle { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool bundles = ParameterSetName == "Bundle";
        foreach (string path in ParameterSetName switch { "Path" => Path, "Bundle" => Bundle, _ => LiteralPath })
        {
            List<string> files = [];
            if (Attempt(path, () => files.AddRange(ParameterSetName == "Path" ? ResolveWildcards(path) : [ResolvePath(path)])))
                files.ForEach(file => Attempt(path, () => Read(file, bundles)));
        }
    }

    private void Read(string file, bool isBundle) =>
        WriteObject(SpecReader.ReadFile(isBundle || Directory.Exists(file) ? System.IO.Path.Join(file, "config.json") : file));
}
