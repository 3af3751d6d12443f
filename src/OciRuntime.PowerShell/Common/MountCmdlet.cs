using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that change the mounts of a configuration, returning a changed copy, or of existing containers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MountCmdlet : RuntimeCmdlet
{
    /// <summary>The configuration.</summary>
    public abstract OciSpec Spec { get; set; }

    /// <summary>Containers, or their ids, that have been created and have not ended.</summary>
    public abstract OciContainer[] Container { get; set; }

    /// <summary>Return the containers.</summary>
    public abstract SwitchParameter PassThru { get; set; }

    // In all parameter sets: a session default must not select one.
    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <summary>Makes the change in a copy of a configuration.</summary>
    private protected abstract void Change(OciSpec spec);

    /// <summary>What is done to a container, for -WhatIf and -Confirm.</summary>
    protected abstract string ActionOn(string id);

    /// <summary>Makes the change in a container.</summary>
    private protected abstract void Change(ContainerRuntime runtime, string id);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (OciContainer container in Container)
            Attempt(container.Id, () => ProcessContainer(RuntimeOf(container.Root.Length > 0 ? container.Root : Root), container.Id));
        if (Container.Length > 0)
            return;
        Attempt(Spec, () =>
        {
            OciSpec changed = SpecEdits.Copy(Spec);
            Change(changed);
            WriteObject(changed);
        });
    }

    private void ProcessContainer(ContainerRuntime runtime, string id)
    {
        if (IsWhatIf)
            runtime.Get(id); // a missing container is the same error as without -WhatIf
        string action = ActionOn(id);
        if (!ShouldProcess(action, action, Messages.Caption))
            return;
        Change(runtime, id);
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
