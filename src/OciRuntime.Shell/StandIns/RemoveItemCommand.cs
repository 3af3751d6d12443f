using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Remove-Item. Never asks: a directory that is not empty needs -Recurse.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true)]
public sealed class RemoveItemCommand : PSCmdlet
{
    /// <summary>What to remove, wildcards too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>What is inside too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Read-only items too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            if (ShouldProcess(path, "Remove-Item"))
                InvokeProvider.Item.Remove([path], Recurse, Force, literalPath: false);
        }
    }
}
