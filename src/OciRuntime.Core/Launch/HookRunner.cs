using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Hooks that run in the runtime's namespaces: prestart, createRuntime, poststart, poststop. Each gets the state on stdin, the bundle as
/// working directory, its own environment and nothing else, the caller's limit of open files, and its deadline.
/// </summary>
internal static class HookRunner
{
    // For a hook that names no environment: the runtime's, as in runc and crun.
    private static List<string> OwnEnvironment => [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}")];

    /// <summary>Runs hooks in order; the first that fails ends the list.</summary>
    /// <param name="kind">The hooks' name in the configuration.</param>
    /// <param name="hooks">Those of that kind.</param>
    /// <param name="container">The state that they read, with the next two; also names the bundle and the files for their output.</param>
    /// <param name="status">The status that they read.</param>
    /// <param name="pid">The pid they read, or 0 for none.</param>
    /// <param name="limit">Limit of open files.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="OciException">HookFailed, Cancelled, or a file for what they print can't be opened.</exception>
    public static void Run(string kind, IReadOnlyList<OciHook>? hooks, ContainerState container, string status, int pid, FileLimit? limit, CancelSignal cancel)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
            RunOne(kind, i, hooks![i], container, status, pid, limit, cancel);
    }

    /// <summary>Runs hooks of a container that has stopped. A failure is only a warning; all of them run.</summary>
    public static void RunPoststop(IReadOnlyList<OciHook>? hooks, ContainerState container, FileLimit? limit, CancelSignal cancel, Action<string> warn)
    {
        if (hooks is not { Count: > 0 })
            return;
        using HookFiles files = FilesOf(container, warn);
        ReadOnlyMemory<byte> state = HookState.Write(container, "stopped", 0);
        for (int i = 0; i < hooks.Count; i++)
        {
            try
            {
                RunOne("poststop", i, hooks[i], state.Span, container.Bundle, files, limit, cancel);
            }
            catch (OciException e) when (e.Code == OciErrorCode.HookFailed)
            {
                warn(e.Message);
            }
        }
    }

    /// <summary>Runs one hook.</summary>
    /// <exception cref="OciException">As <see cref="Run"/>.</exception>
    public static void RunOne(string kind, int index, OciHook hook, ContainerState container, string status, int pid, FileLimit? limit, CancelSignal cancel)
    {
        using HookFiles files = HookFiles.Open(container);
        RunOne(kind, index, hook, HookState.Write(container, status, pid).Span, container.Bundle, files, limit, cancel);
    }

    private static HookFiles FilesOf(ContainerState container, Action<string> warn)
    {
        try
        {
            return HookFiles.Open(container);
        }
        catch (OciException e)
        {
            warn(e.Message);
            return new HookFiles();
        }
    }

    private static void RunOne(string kind, int index, OciHook hook, ReadOnlySpan<byte> state, string bundle, HookFiles output, FileLimit? limit, CancelSignal cancel)
    {
        IReadOnlyList<string> argv = hook.Args is { Count: > 0 } args ? args : [hook.Path];
        ProgramResult result = ChildProgram.Run(hook.Path, argv, hook.Env ?? OwnEnvironment, state, bundle, hook.Timeout, limit, cancel, output: output);
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
