using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>A container from the pipeline, whose Id binds by name as well: without this parameter a session default would override its root.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PipedContainers
{
    /// <summary>The container.</summary>
    [Parameter(ParameterSetName = "Id", ValueFromPipeline = true, DontShow = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] PipelineObject { get; set; } = [];
}
