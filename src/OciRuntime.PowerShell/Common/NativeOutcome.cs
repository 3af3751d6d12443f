using System.Management.Automation;
using System.Reflection;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Two things that the engine does for native commands but does not offer to cmdlets: text on the error stream that is not an error, and a false
/// <c>$?</c> without an error record. Both are members of its command runtime (MshCommandRuntime.cs of PowerShell 7.6); where an engine
/// lacks them, the nearest public calls are used.
/// </summary>
internal static class NativeOutcome
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type? Runtime = typeof(PSObject).Assembly.GetType("System.Management.Automation.MshCommandRuntime");
    private static readonly MethodInfo? WriteErrorText = Runtime?.GetMethod(
        "_WriteErrorSkipAllowCheck", Members, [typeof(ErrorRecord), typeof(ActionPreference?), typeof(bool)]);
    private static readonly PropertyInfo? Pipeline = Runtime?.GetProperty("PipelineProcessor", Members);
    private static readonly PropertyInfo? ExecutionFailed = Pipeline?.PropertyType.GetProperty("ExecutionFailed", Members);

    /// <summary>Writes a line of stderr as plain text, which neither stops anything nor changes <c>$?</c>.</summary>
    /// <param name="cmdlet">The cmdlet; call on its pipeline's thread.</param>
    /// <param name="line">The line without its end.</param>
    /// <param name="isFirst">The engine gives the first line of a command another error id.</param>
    public static void WriteStandardError(PSCmdlet cmdlet, string line, bool isFirst)
    {
        var record = new ErrorRecord(new RemoteException(line), isFirst ? "NativeCommandError" : "NativeCommandErrorMessage", ErrorCategory.NotSpecified, line);
        ActionPreference preference = Explicit(cmdlet) is ActionPreference.SilentlyContinue or ActionPreference.Ignore
            ? Explicit(cmdlet)!.Value
            : ActionPreference.Continue;
        if (WriteErrorText is null || !WriteErrorText.DeclaringType!.IsInstanceOfType(cmdlet.CommandRuntime))
        {
            cmdlet.WriteError(record);
            return;
        }
        bool failed = Failed(cmdlet);
        // A native command has no -ErrorVariable; the engine fills it only with what it considers errors.
        bool isNative = !cmdlet.MyInvocation.BoundParameters.ContainsKey("ErrorVariable");
        WriteErrorText.Invoke(cmdlet.CommandRuntime, BindingFlags.DoNotWrapExceptions, null, [record, preference, isNative], null);
        SetFailed(cmdlet, failed);
    }

    /// <summary>Makes <c>$?</c> false, so that <c>&amp;&amp;</c> does not go on.</summary>
    /// <param name="cmdlet">The cmdlet; call on its pipeline's thread.</param>
    /// <returns>False when the engine does not allow it.</returns>
    public static bool TryFail(PSCmdlet cmdlet) => SetFailed(cmdlet, true);

    private static bool Failed(PSCmdlet cmdlet) => Processor(cmdlet) is { } processor && ExecutionFailed!.GetValue(processor) is true;

    private static bool SetFailed(PSCmdlet cmdlet, bool failed)
    {
        if (Processor(cmdlet) is not { } processor)
            return false;
        ExecutionFailed!.SetValue(processor, failed);
        return true;
    }

    private static object? Processor(PSCmdlet cmdlet) =>
        ExecutionFailed is not null && Pipeline!.DeclaringType!.IsInstanceOfType(cmdlet.CommandRuntime) ? Pipeline.GetValue(cmdlet.CommandRuntime) : null;

    private static ActionPreference? Explicit(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("ErrorAction", out object? given) && LanguagePrimitives.TryConvertTo(given, out ActionPreference preference)
            ? preference
            : null;
}
