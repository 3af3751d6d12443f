using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Write-Host: the information stream, shown by the host.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : PSCmdlet
{
    /// <summary>What to write.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    public object? Object { get; set; }

    /// <summary>No line end.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <summary>Between several objects.</summary>
    [Parameter]
    public object Separator { get; set; } = " ";

    /// <summary>Colour of the text.</summary>
    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var message = new HostInformationMessage { Message = Text(Object), NoNewLine = NoNewline, ForegroundColor = ForegroundColor };
        WriteInformation(message, ["PSHOST"]);
    }

    private string Text(object? value) => LanguagePrimitives.GetEnumerable(value) is { } items && value is not string
        ? string.Join(Separator.ToString(), items.Cast<object?>().Select(item => PSObject.AsPSObject(item ?? string.Empty).ToString()))
        : value is null ? string.Empty : PSObject.AsPSObject(value).ToString();
}
