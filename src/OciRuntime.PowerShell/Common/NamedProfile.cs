using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Common;

/// <summary>Seccomp profiles by their common names.</summary>
internal static class NamedProfile
{
    /// <param name="name">docker, podman, or a file.</param>
    /// <param name="capabilities">The container's bounding set.</param>
    /// <param name="resolve">Makes a typed path a full one.</param>
    /// <exception cref="OciException">NotInstalled, FileNotFound, InvalidSpec.</exception>
    public static OciSeccomp Of(string name, IReadOnlyCollection<string> capabilities, Func<string, string> resolve) => name switch
    {
        "docker" => SeccompProfile.OfDocker(capabilities),
        "podman" => Podman(capabilities),
        _ => SeccompProfile.OfFile(resolve(name), capabilities),
    };

    private static OciSeccomp Podman(IReadOnlyCollection<string> capabilities) => File.Exists(SeccompProfile.PodmanFile)
        ? SeccompProfile.OfFile(SeccompProfile.PodmanFile, capabilities)
        : throw new OciException(OciErrorCode.NotInstalled, Messages.NoPodmanProfile(SeccompProfile.PodmanFile)) { Object = SeccompProfile.PodmanFile, Hint = Messages.PodmanProfileHint };
}
