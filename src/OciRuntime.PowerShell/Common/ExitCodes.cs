using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>Reports the exit code of a foreground process like a native command's.</summary>
internal static class ExitCodes
{
    /// <summary>Sets $LASTEXITCODE when the process could not be started, as shells and other container tools do.</summary>
    public static void NotStarted(PSCmdlet cmdlet, OciErrorCode? reason) => Set(cmdlet, reason switch
    {
        OciErrorCode.CommandNotFound => 127,
        OciErrorCode.CommandNotExecutable => 126,
        _ => 125,
    });

    /// <summary>Sets $LASTEXITCODE when the process did not end by itself: 124 after a timeout, as timeout(1) does.</summary>
    public static void NotFinished(PSCmdlet cmdlet, OciErrorCode? reason)
    {
        if (reason == OciErrorCode.Timeout)
            Set(cmdlet, 124);
    }

    private static void Set(PSCmdlet cmdlet, int code) => cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", code);

    /// <summary>
    /// Sets $LASTEXITCODE, and $? from it; a code other than 0 is an error on request, or with $PSNativeCommandUseErrorActionPreference.
    /// </summary>
    public static void Report(PSCmdlet cmdlet, ExitRecord exit, bool errorOnExit)
    {
        if (exit.ExitCode is not { } code)
            return;
        Set(cmdlet, code);
        if (code == 0)
            return;
        bool isError = errorOnExit || LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("PSNativeCommandUseErrorActionPreference"));
        if (isError || !NativeOutcome.TryFail(cmdlet))
        {
            cmdlet.WriteError(new ErrorRecord(
                new RuntimeException(Messages.NonZeroExit(exit.Id, code)), "NonZeroExitCode", ErrorCategory.InvalidResult, exit));
        }
    }
}
