using System.ComponentModel;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that make a container from a bundle.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BundleCmdlet : SpecCmdlet
{
    /// <summary>The bundle's directory; default the current location.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "BundlePath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = ".";

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    private protected abstract OciSpec? GivenSpec { get; }

    /// <summary>The program and its arguments, instead of the configuration's.</summary>
    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    [Alias("Args")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[]? Command { get; set; }

    /// <summary>chroot instead of pivot_root, for a root filesystem on a ramdisk.</summary>
    [Parameter]
    public SwitchParameter NoPivot { get; set; }

    /// <summary>Keep the session keyring of this process.</summary>
    [Parameter]
    public SwitchParameter NoNewKeyring { get; set; }

    /// <summary>Listening sockets that the container's process gets as descriptors from 3 on, with LISTEN_FDS and LISTEN_PID set (sd_listen_fds(3)).</summary>
    [Parameter]
    [DescriptorConversion]
    public SafeHandle[] ListenFd { get; set; } = [];

    /// <summary>Files, sockets or pipes of this process that the container's process inherits: the first as descriptor 3, or the one after -ListenFd.</summary>
    [Parameter]
    [DescriptorConversion]
    public SafeHandle[] PreserveFd { get; set; } = [];

    /// <summary>What creates the container's cgroup: this program through the kernel's files, systemd as a transient scope, or nothing.</summary>
    [Parameter]
    public CgroupManagerKind CgroupManager { get; set; } = CgroupManagerKind.Cgroupfs;

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    private protected override CgroupManagerKind ManagerOfNew => CgroupManager;

    /// <inheritdoc/>
    protected override void BeginProcessing() => CommandWords.Check(this, nameof(Command));

    /// <summary>An id for a container without one.</summary>
    private protected static string NewId() => "oci-" + RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>The configuration with the changes of the parameters; null when the bundle's own is used unchanged.</summary>
    /// <param name="bundle">Full path.</param>
    /// <param name="terminal">The process has a terminal, whatever the configuration says.</param>
    private protected OciSpec? SpecOf(string bundle, bool terminal = false)
    {
        if (Command is null && !HasEdits && !terminal)
            return GivenSpec;
        OciSpec spec = GivenSpec is { } given ? SpecEdits.Copy(given) : SpecReader.ReadFile(Path.Join(bundle, "config.json"));
        Edit(spec, Command);
        spec.Process!.Terminal |= terminal;
        return spec;
    }
}
