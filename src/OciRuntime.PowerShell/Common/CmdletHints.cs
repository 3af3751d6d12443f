using OciRuntime.Core.Errors;

namespace OciRuntime.PowerShell.Common;

/// <summary>What to do about an error at the prompt, when a cmdlet or a parameter helps.</summary>
internal static class CmdletHints
{
    private const string MakesABundle = "a bundle is a directory with config.json and the root filesystem; New-OciBundle makes one";

    /// <summary>The hint; null to use the core's own, if any.</summary>
    public static string? Of(OciException error) => error.Refusal switch
    {
        Refusal.ExecInPaused or Refusal.StartOfPaused => "Resume-OciContainer thaws it",
        Refusal.StartOfStopped => "Restart-OciContainer creates it again from its bundle",
        Refusal.DeleteOfRunning or Refusal.DeleteOfPaused => "Stop-OciContainer stops it; Remove-OciContainer -Force kills it first",
        Refusal.TerminalWithoutSocket => "-ConsoleSocket names one; or set process.terminal to false",
        Refusal.NoSpecFile when error.Code == OciErrorCode.BundleNotFound => MakesABundle,
        Refusal.NoBundle => MakesABundle,
        Refusal.NoUserNamespace => "New-OciSpec -Rootless makes a configuration with one and its mappings",
        Refusal.PathForSystemd => "-CgroupManager Systemd accepts it; a path such as /web/1 does not need systemd",
        Refusal.PathNotForSystemd => "-CgroupManager Cgroupfs accepts it; systemd's form is for example system.slice:runc:web1",
        Refusal.NoSystemd => "-CgroupManager Cgroupfs does not need systemd",
        Refusal.LimitsWithoutCgroup => "-CgroupManager Systemd asks for a delegated one; or leave the limits out",
        Refusal.HalfWrittenState => "Remove-OciContainer -Force clears it",
        Refusal.ImageIsRootFilesystem => "-Archive makes a bundle from a root filesystem",
        Refusal.RootFilesystemIsImage => "-ImageLayout makes a bundle from an image",
        Refusal.UnpackedBytes => "-MaxSize allows more",
        Refusal.UnpackedEntries => "-MaxEntries allows more",
        Refusal.UntrustedRoot => error.Hint + " (-Root)",
        _ => null,
    };
}
