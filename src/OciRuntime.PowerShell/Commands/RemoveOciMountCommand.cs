using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Removes mounts from configurations or from running containers.</summary>
[Cmdlet(VerbsCommon.Remove, "OciMount", SupportsShouldProcess = true, DefaultParameterSetName = "Spec")]
[OutputType(typeof(OciSpec))]
[OutputType(typeof(OciContainer))]
public sealed class RemoveOciMountCommand : MountCmdlet
{
    /// <summary>The mount points inside.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[] Destination { get; set; } = [];

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Spec")]
    [Alias("InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public override OciSpec Spec { get; set; } = null!;

    /// <summary>Containers, or their ids, that have been created and have not ended: they lose all the mounts or none.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Container")]
    [ContainerConversion(TakesIds = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public override OciContainer[] Container { get; set; } = [];

    /// <summary>Return the containers.</summary>
    [Parameter(ParameterSetName = "Container")]
    public override SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Mounts?.RemoveAll(mount => Destination.Any(gone => gone.TrimEnd('/') == mount.Destination.TrimEnd('/')));
    }

    /// <inheritdoc/>
    protected override string ActionOn(string id) => Messages.RemoveMounts(id, Destination);

    /// <inheritdoc/>
    private protected override void Change(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        runtime.RemoveMounts(id, [.. Destination.Select(static path => new OciMount { Destination = path })], StopToken);
    }
}
