using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Get-Content of files.</summary>
[Cmdlet(VerbsCommon.Get, "Content")]
[OutputType(typeof(string))]
public sealed class GetContentCommand : PSCmdlet
{
    /// <summary>Files, wildcards too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("LiteralPath")]
    public string[] Path { get; set; } = [];

    /// <summary>One string instead of lines.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)))
        {
            if (Raw)
                WriteObject(File.ReadAllText(file));
            else
                WriteObject(File.ReadLines(file), enumerateCollection: true);
        }
    }
}
