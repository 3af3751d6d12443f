using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Writes a configuration as config.json.</summary>
[Cmdlet(VerbsData.Export, "OciSpec", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(FileInfo))]
public sealed class ExportOciSpecCommand : OciCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec Spec { get; set; } = null!;

    /// <summary>The file.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path")]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The bundle whose config.json is written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bundle")]
    [Alias("BundlePath")]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = string.Empty;

    /// <summary>Does not overwrite an existing file; that is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Return the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = ParameterSetName == "Bundle" ? System.IO.Path.Join(Bundle, "config.json") : Path;
        Attempt(path, () => Write(ResolvePath(path)));
    }

    private void Write(string file)
    {
        if (NoClobber && File.Exists(file))
        {
            WriteError(new ErrorRecord(new IOException(Messages.FileExists(file)), "NoClobber", ErrorCategory.ResourceExists, file));
            return;
        }
        if (!ShouldProcess(Messages.WriteFile(file), Messages.WriteFile(file), Messages.Caption))
            return;
        WholeFile.Write(file, [.. SpecWriter.Write(Spec, indented: true), (byte)'\n']);
        if (PassThru)
            WriteObject(new FileInfo(file));
    }
}
