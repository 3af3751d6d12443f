using System.Collections.Concurrent;
using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// Base of every cmdlet: a token that Ctrl+C cancels, the core's messages on the right streams, and its errors as error records,
/// one per item.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class OciCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(RuntimeLogLevel Level, string Message)> _log = new();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    protected CancellationToken StopToken { get; }

    static OciCmdlet() => BusContext.Register();

    /// <summary>Makes the token.</summary>
    protected OciCmdlet() => StopToken = _stop.Token;

    /// <summary>True with <c>-WhatIf</c>, or when $WhatIfPreference says so.</summary>
    protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>True with <c>-Verbose</c>, or when $VerbosePreference says so.</summary>
    protected bool IsVerbose => MyInvocation.BoundParameters.TryGetValue("Verbose", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.TryConvertTo(SessionState.PSVariable.GetValue("VerbosePreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>True with <c>-Debug</c>, or when $DebugPreference says so.</summary>
    protected bool IsDebug => MyInvocation.BoundParameters.TryGetValue("Debug", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.TryConvertTo(SessionState.PSVariable.GetValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    // With -Debug but without -Verbose the engine asks after each verbose line whether to continue.
    private bool VerboseAsks => MyInvocation.BoundParameters.ContainsKey("Debug") && !MyInvocation.BoundParameters.ContainsKey("Verbose");

    /// <summary>The error code of the last failed <see cref="Attempt"/>; null when it was not an error of the core.</summary>
    protected OciErrorCode? LastError { get; private set; }

    /// <summary>Runs the work for one item. An error of the core becomes a non-terminating error, so that the next item is processed.</summary>
    /// <param name="target">The error's target object.</param>
    /// <param name="action">What to do.</param>
    /// <returns>True when it succeeded.</returns>
    protected bool Attempt(object? target, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            action();
            FlushLog();
            return true;
        }
        catch (OciException e)
        {
            if (StopToken.IsCancellationRequested)
                throw new PipelineStoppedException();
            FlushLog();
            LastError = e.Code;
            WriteError(ErrorRecords.From(e, target));
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            FlushLog();
            LastError = null;
            WriteError(ErrorRecords.FromFile(e, target));
            return false;
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>The file system path that the user wrote, relative to the session's location (not the process's directory).</summary>
    /// <param name="path">The path as written; it need not exist and has no wildcards.</param>
    /// <exception cref="OciException">InvalidArgument: another provider's path.</exception>
    protected string ResolvePath(string path)
    {
        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem"
            ? resolved
            : throw new OciException(OciErrorCode.InvalidArgument, Messages.NotFileSystem(path)) { Object = path };
    }

    /// <summary>The file system paths that match a pattern; a path without wildcards itself; empty when nothing matches.</summary>
    /// <param name="path">The path as written.</param>
    /// <exception cref="OciException">InvalidArgument: another provider's path.</exception>
    protected IEnumerable<string> ResolveWildcards(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path) || Path.Exists(ResolvePath(path)))
            return [ResolvePath(path)];
        IEnumerable<string> found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
        return provider.Name == "FileSystem" ? found : throw new OciException(OciErrorCode.InvalidArgument, Messages.NotFileSystem(path)) { Object = path };
    }

    /// <summary>The same, but null stays null.</summary>
    /// <param name="path">The path as written.</param>
    protected string? ResolveOptionalPath(string? path) => string.IsNullOrEmpty(path) ? null : ResolvePath(path);

    /// <summary>Queues a message of the core, from any thread; written by <see cref="FlushLog"/>.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="message">One line.</param>
    private protected void Log(RuntimeLogLevel level, string message) => _log.Enqueue((level, message));

    /// <summary>Writes what was logged since the last call. Call only on the pipeline's thread, never inside a call of the core.</summary>
    protected void FlushLog()
    {
        while (_log.TryDequeue(out (RuntimeLogLevel Level, string Message) entry))
        {
            switch (entry.Level)
            {
                case RuntimeLogLevel.Warning:
                    WriteWarning(entry.Message);
                    break;
                case RuntimeLogLevel.Info when !VerboseAsks:
                    WriteVerbose(entry.Message);
                    break;
                default:
                    WriteDebug(entry.Message);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended at the same moment.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet still holds; called when the pipeline ends, for any reason.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stop.Dispose();
    }
}
