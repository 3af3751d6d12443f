using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Get-ChildItem.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem")]
public sealed class GetChildItemCommand : PSCmdlet
{
    /// <summary>Where to look, wildcards too.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("LiteralPath")]
    public string[] Path { get; set; } = ["."];

    /// <summary>Names only.</summary>
    [Parameter]
    public SwitchParameter Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            foreach (PSObject item in InvokeProvider.ChildItem.Get(path, recurse: false))
                WriteObject(Name ? item.Properties["PSChildName"].Value : item);
        }
    }
}
