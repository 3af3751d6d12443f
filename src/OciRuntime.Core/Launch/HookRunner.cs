using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Hooks of the runtime's namespaces: prestart, createRuntime, poststart, poststop. Each gets the state on stdin, the bundle as
/// working directory, its own environment and nothing else, the caller's limit of open files, and its deadline.
/// </summary>
internal static class HookRunner
{
    // Of one that names none: the runtime's, as in runc and crun.
    private static List<string> OwnEnvironment => [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}")];

    /// <summary>Runs hooks in order; the first that fails ends the list.</summary>
    /// <exception cref="OciException">HookFailed, or Cancelled.</exception>
    public static void Run(string kind, IReadOnlyList<OciHook>? hooks, ReadOnlyMemory<byte> state, string bundle, FileLimit? files, CancelSignal cancel)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
            RunOne(kind, i, hooks![i], state.Span, bundle, files, cancel);
    }

    /// <summary>Runs hooks whose failure is only a warning; each one gets its turn.</summary>
    public static void RunAll(string kind, IReadOnlyList<OciHook>? hooks, ReadOnlyMemory<byte> state, string bundle, FileLimit? files, CancelSignal cancel, Action<string> warn)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            try
            {
                RunOne(kind, i, hooks![i], state.Span, bundle, files, cancel);
            }
            catch (OciException e) when (e.Code == OciErrorCode.HookFailed)
            {
                warn(e.Message);
            }
        }
    }

    /// <summary>Runs one hook.</summary>
    /// <exception cref="OciException">HookFailed, or Cancelled.</exception>
    public static void RunOne(string kind, int index, OciHook hook, ReadOnlySpan<byte> state, string bundle, FileLimit? files, CancelSignal cancel)
    {
        IReadOnlyList<string> argv = hook.Args is { Count: > 0 } args ? args : [hook.Path];
        ProgramResult result = ChildProgram.Run(hook.Path, argv, hook.Env ?? OwnEnvironment, state, bundle, hook.Timeout, files, cancel);
        string? why = result switch
        {
            { StartErrno: > 0 } => "start: " + Errno.Text(result.StartErrno),
            { TimedOut: true } => $"timed out after {hook.Timeout} s",
            { Status: { Signal: > 0 } killed } => "killed by signal " + killed.Signal.ToString(CultureInfo.InvariantCulture),
            { Status: { Code: > 0 } failed } => "exit status " + failed.Code.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        if (why is not null)
            throw Failed(kind, index, hook, why, result.Output, result.TimedOut ? Errno.ETIMEDOUT : result.StartErrno);
    }

    private static OciException Failed(string kind, int index, OciHook hook, string why, string output, int errno)
    {
        string position = index.ToString(CultureInfo.InvariantCulture);
        return new OciException(OciErrorCode.HookFailed, $"{kind} hook #{position} {hook.Path}: {why}{(output.Length > 0 ? ": " + output : string.Empty)}")
        {
            Step = "hook",
            Object = hook.Path,
            Errno = errno,
            SpecPointer = $"/hooks/{kind}/{position}",
        };
    }
}
