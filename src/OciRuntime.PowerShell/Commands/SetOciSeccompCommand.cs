using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Sets the seccomp filter of configurations: which system calls the container's processes may make.</summary>
[Cmdlet(VerbsCommon.Set, "OciSeccomp")]
[OutputType(typeof(OciSpec))]
public sealed class SetOciSeccompCommand : SpecBuilderCmdlet
{
    /// <summary>
    /// docker for Docker's default profile, podman for the one that Podman's package brings, unconfined for no filter, or the file of a profile.
    /// What capabilities decide follows those that the configuration has now.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SeccompProfileCompleter))]
    public string Profile { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        IReadOnlyCollection<string> capabilities = spec.Process?.Capabilities?.Bounding ?? [];
        (spec.Linux ??= new OciLinux()).Seccomp = Profile switch
        {
            "unconfined" => null,
            "docker" => SeccompProfile.OfDocker(capabilities),
            "podman" => Podman(capabilities),
            _ => SeccompProfile.OfFile(ResolvePath(Profile), capabilities),
        };
    }

    private static OciSeccomp Podman(IReadOnlyCollection<string> capabilities) => File.Exists(SeccompProfile.PodmanFile)
        ? SeccompProfile.OfFile(SeccompProfile.PodmanFile, capabilities)
        : throw new OciException(OciErrorCode.NotInstalled, Messages.NoPodmanProfile(SeccompProfile.PodmanFile)) { Object = SeccompProfile.PodmanFile, Hint = Messages.PodmanProfileHint };
}
