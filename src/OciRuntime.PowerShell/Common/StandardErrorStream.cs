using System.Management.Automation;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Writes stderr lines to the error stream. As with native commands, $ErrorActionPreference = 'Stop' does not end a program because it
/// said something; an explicit -ErrorAction does what it says.
/// </summary>
internal sealed class StandardErrorStream(PSCmdlet cmdlet)
{
    private readonly bool _isExplicit = cmdlet.MyInvocation.BoundParameters.ContainsKey("ErrorAction");

    /// <summary>True when $ErrorActionPreference, and nothing more explicit, says Stop.</summary>
    public static bool StopsByPreference(PSCmdlet cmdlet) =>
        !cmdlet.MyInvocation.BoundParameters.ContainsKey("ErrorAction") && StopPreference(cmdlet) is not null;

    public void Write(string line, object target)
    {
        var record = new ErrorRecord(new RemoteException(line), "ContainerStandardError", ErrorCategory.NotSpecified, target);
        if (_isExplicit || StopPreference(cmdlet) is not { } preference)
        {
            cmdlet.WriteError(record);
            return;
        }
        // The variable itself, wherever it was defined: setting it by name would make another one in the caller's scope.
        object stop = preference.Value;
        preference.Value = ActionPreference.Continue;
        try
        {
            cmdlet.WriteError(record);
        }
        finally
        {
            preference.Value = stop;
        }
    }

    private static PSVariable? StopPreference(PSCmdlet cmdlet) =>
        cmdlet.SessionState.PSVariable.Get("ErrorActionPreference") is { } variable
        && LanguagePrimitives.TryConvertTo(variable.Value, out ActionPreference preference) && preference == ActionPreference.Stop
            ? variable
            : null;
}
