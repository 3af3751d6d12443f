using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>A container of the pipeline, which binds its Id by name as well: without this its root would not win over a default of the session.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PipedContainers
{
    /// <summary>The container.</summary>
    [Parameter(ParameterSetName = "Id", ValueFromPipeline = true, DontShow = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] PipelineObject { get; set; } = [];
}
