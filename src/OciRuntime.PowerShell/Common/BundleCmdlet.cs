using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Cgroups;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that make a container of a bundle.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BundleCmdlet : RuntimeCmdlet
{
    /// <summary>The bundle's directory; default the current location.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "BundlePath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = ".";

    /// <summary>chroot instead of pivot_root, for a root filesystem on a ramdisk.</summary>
    [Parameter]
    public SwitchParameter NoPivot { get; set; }

    /// <summary>Keep the session keyring of this process.</summary>
    [Parameter]
    public SwitchParameter NoNewKeyring { get; set; }

    /// <summary>How many descriptors of this process, from 3 on, the container's process inherits.</summary>
    [Parameter]
    [ValidateRange(0, 1024)]
    public int PreserveFds { get; set; }

    /// <summary>Who makes the container's cgroup: this program through the kernel's files, systemd as a transient scope, or nobody.</summary>
    [Parameter]
    public CgroupManagerKind CgroupManager { get; set; } = CgroupManagerKind.Cgroupfs;

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    private protected override CgroupManagerKind ManagerOfNew => CgroupManager;
}
