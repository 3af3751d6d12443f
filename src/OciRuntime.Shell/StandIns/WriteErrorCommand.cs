using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Write-Error.</summary>
[Cmdlet(VerbsCommunications.Write, "Error")]
public sealed class WriteErrorCommand : PSCmdlet
{
    /// <summary>What went wrong.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string Message { get; set; } = string.Empty;

    /// <summary>Its id.</summary>
    [Parameter]
    public string ErrorId { get; set; } = "Microsoft.PowerShell.Commands.WriteErrorException";

    /// <summary>Its category.</summary>
    [Parameter]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    /// <summary>What was worked on.</summary>
    [Parameter]
    public object? TargetObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteError(new ErrorRecord(new InvalidOperationException(Message), ErrorId, Category, TargetObject));
}
