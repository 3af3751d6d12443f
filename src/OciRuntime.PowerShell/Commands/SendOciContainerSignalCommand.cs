using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Sends a signal to a container's init, or to all its processes.</summary>
[Cmdlet(VerbsCommunications.Send, "OciContainerSignal", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("sdocis")]
[OutputType(typeof(OciContainer))]
public sealed class SendOciContainerSignalCommand : ContainerCmdlet
{
    /// <summary>A number, or a name with or without SIG; default SIGTERM.</summary>
    [Parameter(Position = 1)]
    [SignalConversion]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public int Signal { get; set; } = 15;

    /// <summary>Sends it to every process of the container.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (!ShouldProcess(runtime, id, Messages.Send(id, Signal, All)))
            return;
        runtime.Kill(id, Signal, All);
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
