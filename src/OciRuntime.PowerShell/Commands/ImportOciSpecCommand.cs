using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Reads configurations (config.json).</summary>
[Cmdlet(VerbsData.Import, "OciSpec", DefaultParameterSetName = "Path")]
[OutputType(typeof(OciSpec))]
public sealed class ImportOciSpecCommand : OciCmdlet
{
    /// <summary>The files; a directory stands for its config.json.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The bundles whose config.json is read.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bundle", ValueFromPipelineByPropertyName = true)]
    [Alias("BundlePath")]
    [ValidateNotNullOrEmpty]
    public string[] Bundle { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool bundles = ParameterSetName == "Bundle";
        foreach (string path in bundles ? Bundle : Path)
        {
            Attempt(path, () =>
            {
                string file = ResolvePath(path);
                WriteObject(SpecReader.ReadFile(bundles || Directory.Exists(file) ? System.IO.Path.Join(file, "config.json") : file));
            });
        }
    }
}
