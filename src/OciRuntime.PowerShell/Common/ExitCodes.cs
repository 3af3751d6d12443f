using System.Management.Automation;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>The exit code of a foreground process, told as native commands tell it.</summary>
internal static class ExitCodes
{
    /// <summary>What $LASTEXITCODE is when there was no process to end: as other container tools.</summary>
    public const int NotStarted = 125;

    /// <summary>Sets $LASTEXITCODE.</summary>
    public static void Set(PSCmdlet cmdlet, int code) => cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", code);

    /// <summary>Sets $LASTEXITCODE; a code other than 0 is an error when asked, or with $PSNativeCommandUseErrorActionPreference.</summary>
    public static void Report(PSCmdlet cmdlet, ExitRecord exit, bool errorOnExit)
    {
        if (exit.ExitCode is not { } code)
            return;
        Set(cmdlet, code);
        if (code == 0 || !errorOnExit && !LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("PSNativeCommandUseErrorActionPreference")))
            return;
        var record = new ErrorRecord(
            new RuntimeException(Messages.NonZeroExit(exit.Id, code)), "NonZeroExitCode", ErrorCategory.InvalidResult, exit);
        // The engine remembers the preference of the first error, and StandardErrorStream may have written that one.
        if (StandardErrorStream.StopsByPreference(cmdlet))
            cmdlet.ThrowTerminatingError(record);
        cmdlet.WriteError(record);
    }
}
