namespace OciRuntime.Shell;

/// <summary>Exit codes that are not a script's own; pwsh's.</summary>
internal static class ShellExitCode
{
    public const int Success = 0;

    /// <summary>A terminating error, or the last command of -Command failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, or -File names no file.</summary>
    public const int BadArguments = 64;

    /// <summary>Stopped by a signal: 128 + its number, as shells report it.</summary>
    public const int Signalled = 128;
}
