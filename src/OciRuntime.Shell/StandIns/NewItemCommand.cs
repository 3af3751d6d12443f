using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>New-Item.</summary>
[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true)]
public sealed class NewItemCommand : PSCmdlet
{
    /// <summary>What to make.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    /// <summary>File or Directory.</summary>
    [Parameter]
    [Alias("Type")]
    public string ItemType { get; set; } = "File";

    /// <summary>Content of a file.</summary>
    [Parameter]
    public object? Value { get; set; }

    /// <summary>No error when a directory is there; parents are made; a file is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            if (ShouldProcess(path, "New-Item") && !(Force && ItemType == "Directory" && InvokeProvider.Item.IsContainer(path)))
            {
                if (Force && System.IO.Path.GetDirectoryName(GetUnresolvedProviderPathFromPSPath(path)) is { } parent)
                    Directory.CreateDirectory(parent);
                foreach (PSObject item in InvokeProvider.Item.New([path], null, ItemType, Value, Force))
                    WriteObject(item);
            }
        }
    }
}
