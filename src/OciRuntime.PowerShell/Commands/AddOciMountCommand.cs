using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Adds mounts to configurations, after the existing ones, or to running containers.</summary>
[Cmdlet(VerbsCommon.Add, "OciMount", SupportsShouldProcess = true, DefaultParameterSetName = "Mount")]
[OutputType(typeof(OciSpec))]
[OutputType(typeof(OciContainer))]
public sealed class AddOciMountCommand : MountCmdlet
{
    /// <summary>SOURCE:DESTINATION[:OPTION,...], tmpfs:DESTINATION, tables, or OciMount objects.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Mount")]
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "MountOfContainer")]
    [MountConversion]
    [ArgumentCompleter(typeof(MountCompleter))]
    public OciMount[] Mount { get; set; } = [];

    /// <summary>The path inside, absolute.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Parts")]
    [Parameter(Mandatory = true, ParameterSetName = "PartsOfContainer")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>What is mounted: a path of this machine for a bind mount, a device, or a name.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [Parameter(ParameterSetName = "PartsOfContainer")]
    [ValidateNotNullOrEmpty]
    public string? Source { get; set; }

    /// <summary>The filesystem, such as tmpfs or overlay; default a bind mount of the source with the mounts below it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [Parameter(ParameterSetName = "PartsOfContainer")]
    [ValidateNotNullOrEmpty]
    public string? Type { get; set; }

    /// <summary>Options of mount(8), such as nosuid or size=64m.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [Parameter(ParameterSetName = "PartsOfContainer")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MountOptionCompleter))]
    public string[] Option { get; set; } = [];

    /// <summary>Makes the mount read-only.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [Parameter(ParameterSetName = "PartsOfContainer")]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Mount")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Parts")]
    [Alias("InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public override OciSpec Spec { get; set; } = null!;

    /// <summary>Containers, or their ids, that have been created and have not ended: they get all the mounts or none.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "MountOfContainer")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "PartsOfContainer")]
    [ContainerConversion(TakesIds = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public override OciContainer[] Container { get; set; } = [];

    /// <summary>Return the containers.</summary>
    [Parameter(ParameterSetName = "MountOfContainer")]
    [Parameter(ParameterSetName = "PartsOfContainer")]
    public override SwitchParameter PassThru { get; set; }

    private OciMount[] Added => Mount.Length > 0 ? Mount : [OfParts()];

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Mounts = [.. spec.Mounts ?? [], .. Added];
    }

    /// <inheritdoc/>
    protected override string ActionOn(string id) => Messages.AddMounts(id, Added.Select(static mount => mount.Destination));

    /// <inheritdoc/>
    private protected override void Change(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        runtime.AddMounts(id, Added, StopToken);
    }

    private OciMount OfParts()
    {
        bool isBind = Type is null or "bind";
        List<string> options = [.. isBind && !Option.Any(static option => option is "bind" or "rbind") ? (string[])["rbind"] : [], .. Option];
        if (ReadOnly)
            options.Add("ro");
        return new OciMount
        {
            Destination = Destination,
            Source = isBind && Source is not null ? ResolvePath(Source) : Source ?? Type,
            Type = Type ?? "bind",
            Options = options.Count == 0 ? null : options,
        };
    }
}
