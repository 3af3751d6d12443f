using OciRuntime.Core.Errors;

namespace OciRuntime.PowerShell.Common;

/// <summary>What to do about an error at a prompt, where a cmdlet or a parameter does it.</summary>
internal static class CmdletHints
{
    private const string MakesABundle = "a bundle is a directory with config.json and the root filesystem; New-OciBundle makes one";

    /// <summary>The hint, or null: the core's own does, or there is none.</summary>
    public static string? Of(OciException error) => error.Refusal switch
    {
        Refusal.ExecInPaused or Refusal.StartOfPaused => "Resume-OciContainer thaws it",
        Refusal.StartOfStopped => "Restart-OciContainer makes it again from its bundle",
        Refusal.DeleteOfRunning or Refusal.DeleteOfPaused => "Stop-OciContainer stops it; Remove-OciContainer -Force kills it first",
        Refusal.TerminalWithoutSocket => "-ConsoleSocket names one; or set process.terminal to false",
        Refusal.NoSpecFile when error.Code == OciErrorCode.BundleNotFound => MakesABundle,
        Refusal.NoBundle => MakesABundle,
        Refusal.NoUserNamespace => "New-OciSpec -Rootless has one with mappings",
        Refusal.PathForSystemd => "-CgroupManager Systemd takes it; a path such as /web/1 needs no systemd",
        Refusal.PathNotForSystemd => "-CgroupManager Cgroupfs takes it; systemd's form is for example system.slice:runc:web1",
        Refusal.NoSystemd => "-CgroupManager Cgroupfs needs no systemd",
        Refusal.LimitsWithoutCgroup => "-CgroupManager Systemd asks for a delegated one; or leave the limits out",
        Refusal.HalfWrittenState => "Remove-OciContainer -Force clears it",
        Refusal.ImageIsRootFilesystem => "-Archive makes a bundle of a root filesystem",
        Refusal.RootFilesystemIsImage => "-ImageLayout makes a bundle of an image",
        Refusal.UnpackedBytes => "-MaxSize allows more",
        Refusal.UnpackedEntries => "-MaxEntries allows more",
        Refusal.UntrustedRoot => error.Hint + " (-Root)",
        _ => null,
    };
}
