using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets containers of a state root.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainer")]
[Alias("goci")]
[OutputType(typeof(OciContainer))]
public sealed class GetOciContainerCommand : RuntimeCmdlet
{
    /// <summary>Ids, case-sensitive, with wildcards; default all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Containers to look at again.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] InputObject { get; set; } = [];

    /// <summary>Only containers in one of these statuses.</summary>
    [Parameter]
    public ContainerStatus[]? Status { get; set; }

    /// <summary>Only containers that match all of these: NAME=PATTERN with id, bundle, status, owner or supervised, or annotation=KEY[=PATTERN].</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [FilterConversion]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public ContainerFilter[]? Filter { get; set; }

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (OciContainer container in InputObject)
            Attempt(container.Id, () => Write(RuntimeOf(container.Root), container.Id));
        if (InputObject.Length > 0)
            return;
        foreach (string id in Id)
            Attempt(id, () => Write(RuntimeOf(Root), id));
    }

    private void Write(ContainerRuntime runtime, string id)
    {
        IEnumerable<OciContainer> found = WildcardPattern.ContainsWildcardCharacters(id)
            ? ContainerCmdlet.Matching(runtime, id)
            : [runtime.Get(id)];
        foreach (OciContainer container in found)
        {
            StopToken.ThrowIfCancellationRequested();
            if ((Status is null || container.Is(Status)) && (Filter is null || Filter.All(filter => filter.Fits(container))))
                WriteObject(container);
        }
    }
}
