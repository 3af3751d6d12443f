using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Sets the seccomp filter of configurations: which system calls the container's processes may make.</summary>
[Cmdlet(VerbsCommon.Set, "OciSeccomp")]
[OutputType(typeof(OciSpec))]
public sealed class SetOciSeccompCommand : SpecBuilderCmdlet
{
    /// <summary>
    /// docker for Docker's default profile, podman for the one in Podman's package, unconfined for no filter, the file of a profile, or a
    /// profile of New-OciSeccompProfile. Rules that depend on capabilities follow the present ones of the configuration.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [SeccompConversion]
    [ArgumentCompleter(typeof(SeccompProfileCompleter))]
    public object Profile { get; set; } = string.Empty;

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        IReadOnlyCollection<string> capabilities = spec.Process?.Capabilities?.Bounding ?? [];
        (spec.Linux ??= new OciLinux()).Seccomp = Profile switch
        {
            OciSeccomp profile => SpecEdits.Copy(profile),
            "unconfined" => null,
            _ => NamedProfile.Of((string)Profile, capabilities, ResolvePath),
        };
    }
}
