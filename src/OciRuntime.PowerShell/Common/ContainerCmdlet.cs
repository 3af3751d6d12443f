using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that act on existing containers, named by id, by wildcard or by object.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ContainerCmdlet : RuntimeCmdlet, IDynamicParameters
{
    /// <summary>Container ids, case-sensitive; wildcards are accepted if the cmdlet acts on several.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Id", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Containers from Get-OciContainer or New-OciContainer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] InputObject { get; set; } = [];

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Acts on one container.</summary>
    /// <param name="runtime">The runtime over its root.</param>
    /// <param name="id">Its id; existence is not checked.</param>
    private protected abstract void ProcessContainer(ContainerRuntime runtime, string id);

    private bool _idIsGiven;
    private PipedContainers? _piped;

    // Users must not name this parameter, and Get-Command -Syntax shows even hidden ones: so it exists only when there is a pipeline.
    object? IDynamicParameters.GetDynamicParameters() => MyInvocation.ExpectingInput ? _piped = new PipedContainers() : null;

    /// <inheritdoc/>
    protected override void BeginProcessing() => _idIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Id));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        OciContainer[] containers = InputObject.Length > 0 ? InputObject : _piped?.PipelineObject ?? [];
        if (containers.Length > 0)
        {
            if (_idIsGiven && MyInvocation.ExpectingInput)
            {
                WriteError(new ErrorRecord(
                    new PSArgumentException(Messages.InputNotBound(string.Join(", ", Id))), "InputObjectNotBound", ErrorCategory.InvalidArgument, containers[0]));
                return;
            }
            foreach (OciContainer container in containers)
                Attempt(container.Id, () => ProcessContainer(RuntimeOf(container.Root), container.Id));
            return;
        }
        foreach (string id in Id)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(id))
            {
                Attempt(id, () => ProcessContainer(RuntimeOf(Root), id));
                continue;
            }
            List<string> matches = [];
            Attempt(id, () => matches.AddRange(Matching(RuntimeOf(Root), id).Select(container => container.Id)));
            foreach (string match in matches)
                Attempt(match, () => ProcessMatch(RuntimeOf(Root), match));
        }
    }

    /// <summary>True when the cmdlet can't act on stopped containers: a pattern then matches only the others.</summary>
    private protected virtual bool SkipsStopped => false;

    // A container that was removed in between no longer matches the pattern.
    private void ProcessMatch(ContainerRuntime runtime, string id)
    {
        try
        {
            ProcessContainer(runtime, id);
        }
        catch (OciException e) when (e.Code == OciErrorCode.ContainerNotFound)
        {
            WriteVerbose(Messages.GoneMeanwhile(id));
        }
        catch (OciException e) when (e.Code == OciErrorCode.ContainerNotRunning && SkipsStopped)
        {
            WriteVerbose(Messages.Stopped(id));
        }
    }

    /// <summary>ShouldProcess for one container, with a text that says what is lost.</summary>
    /// <param name="runtime">The runtime over its root.</param>
    /// <param name="id">Its id.</param>
    /// <param name="action">What would be done to it.</param>
    /// <returns>True when it should be done.</returns>
    /// <exception cref="OciException">ContainerNotFound.</exception>
    private protected bool ShouldProcess(ContainerRuntime runtime, string id, Func<OciContainer, string> action)
    {
        string text = action(runtime.Get(id));
        return ShouldProcess(text, text, Messages.Caption);
    }

    /// <summary>ShouldProcess for one container. With -WhatIf a missing one is the same error as without.</summary>
    /// <param name="runtime">The runtime over its root.</param>
    /// <param name="id">Its id.</param>
    /// <param name="action">What would be done to it.</param>
    /// <returns>True when it should be done.</returns>
    /// <exception cref="OciException">ContainerNotFound.</exception>
    private protected bool ShouldProcess(ContainerRuntime runtime, string id, string action)
    {
        if (IsWhatIf)
            runtime.Get(id);
        return ShouldProcess(action, action, Messages.Caption);
    }

    /// <summary>The containers whose id matches a wildcard pattern; ids are case-sensitive.</summary>
    /// <param name="runtime">Where to look.</param>
    /// <param name="pattern">A pattern with * ? [].</param>
    internal static IEnumerable<OciContainer> Matching(ContainerRuntime runtime, string pattern)
    {
        var wildcard = WildcardPattern.Get(pattern, WildcardOptions.CultureInvariant);
        return runtime.List().Where(container => wildcard.IsMatch(container.Id));
    }
}
