using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Set-Location.</summary>
[Cmdlet(VerbsCommon.Set, "Location")]
public sealed class SetLocationCommand : PSCmdlet
{
    /// <summary>Where to go; home by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string Path { get; set; } = "~";

    /// <inheritdoc/>
    protected override void ProcessRecord() => SessionState.Path.SetLocation(Path);
}
