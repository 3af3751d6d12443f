using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Adds mounts to configurations, after those that are there.</summary>
[Cmdlet(VerbsCommon.Add, "OciMount", DefaultParameterSetName = "Mount")]
[OutputType(typeof(OciSpec))]
public sealed class AddOciMountCommand : SpecBuilderCmdlet
{
    /// <summary>SOURCE:DESTINATION[:OPTION,...], tmpfs:DESTINATION, tables, or OciMount objects.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Mount")]
    [MountConversion]
    [ArgumentCompleter(typeof(MountCompleter))]
    public OciMount[] Mount { get; set; } = [];

    /// <summary>The path inside, absolute.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>What is mounted: a path of this machine for a bind mount, a device, or a name.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? Source { get; set; }

    /// <summary>The filesystem, such as tmpfs or overlay; default a bind mount of the source with the mounts below it.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    public string? Type { get; set; }

    /// <summary>Options of mount(8), such as nosuid or size=64m.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MountOptionCompleter))]
    public string[] Option { get; set; } = [];

    /// <summary>Nothing can be written through this mount.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public SwitchParameter ReadOnly { get; set; }

    /// <inheritdoc/>
    protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Mounts = [.. spec.Mounts ?? [], .. ParameterSetName == "Mount" ? Mount : [OfParts()]];
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
