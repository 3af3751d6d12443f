using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>An error record of the helper, put into words with the help of the plan's step.</summary>
internal static class LaunchError
{
    /// <summary>Which calls a profile must allow for the launch.</summary>
    public const string SeccompHint = "with process.noNewPrivileges it is loaded last, and the start still needs write and execve; without it, also the calls that set the user, the capabilities and the working directory";

    public static OciException From(in ChannelMessage message, LaunchPlan plan)
    {
        int errno = message.Error;
        string syscall = message.Op.Name();
        string text = message.Text;
        if (message.Step >= (uint)plan.HelperSteps.Count)
        {
            return new OciException(OciErrorCode.HelperDied, $"the helper: {syscall}: {KernelError.Reason(errno)}{Detail(text)}")
            {
                Syscall = syscall,
                Errno = errno,
            };
        }
        LaunchStep step = plan.HelperSteps[(int)message.Step];
        (OciErrorCode code, string words, string? hint) = step.Name switch
        {
            "lookup" => Lookup(step.Object, errno),
            "exec" => Exec(step.Object, errno, syscall),
            // For this path LaunchHint would wrongly talk about the runtime's privileges.
            "chdir" when message.Op == WireOp.Chdir => (KernelError.CodeOf(errno), $"change to the working directory {step.Object}: {KernelError.Reason(errno)}", errno == Errno.EMFILE ? LaunchHint.FewFiles : null),
            "hook" => (OciErrorCode.HookFailed, HookWords(step, message), null),
            _ => (KernelError.CodeOf(errno), Words(step, syscall, errno, text), LaunchHint.For(step, syscall, errno, text, plan.Steps.Any(static before => before is BecomeRootStep))),
        };
        // Calls that the profile forbids fail with these (SCMP_ACT_ERRNO, SCMP_ACT_TRACE).
        if (errno is Errno.EPERM or Errno.ENOSYS && plan.HelperSteps.Take((int)message.Step).Any(static before => before.Name == SeccompStep.Title))
            hint = (hint is null ? string.Empty : hint + "; or ") + "the seccomp profile may forbid this call: " + SeccompHint;
        return new OciException(code, words)
        {
            Step = step.Name,
            Syscall = syscall,
            Object = step.Object,
            Errno = errno,
            SpecPointer = step.SpecPointer,
            Hint = hint,
        };
    }

    private static string Words(LaunchStep step, string syscall, int errno, string text)
    {
        string pointer = step.SpecPointer is null ? string.Empty : $" ({step.SpecPointer})";
        string call = syscall.Length == 0 ? string.Empty : syscall + ": ";
        string reason = errno == 0 ? "refused" : KernelError.Reason(errno);
        string detail = text.Length == 0 || text.TrimStart('/') == step.Object.TrimStart('/') ? string.Empty : $" [{text}]";
        return $"{step.Name} {step.Object}{pointer}: {call}{reason}{detail}";
    }

    private static (OciErrorCode Code, string Words, string? Hint) Lookup(string program, int errno)
    {
        bool path = program.Contains('/', StringComparison.Ordinal);
        return errno switch
        {
            Errno.ENOENT when !path => (OciErrorCode.CommandNotFound, $"the program {program} is not in the PATH of the container's process", "PATH comes from process.env and is searched inside the container"),
            Errno.ENOENT or Errno.ENOTDIR => (OciErrorCode.CommandNotFound, $"the program {program} does not exist: {KernelError.Reason(errno)}", null),
            Errno.EISDIR => (OciErrorCode.CommandNotExecutable, $"the program {program} is a directory", null),
            Errno.EACCES or Errno.EPERM => (OciErrorCode.CommandNotExecutable, $"the program {program} may not be executed", "the file needs an execute bit for the process's user, and its mount must not be noexec"),
            _ => (KernelError.CodeOf(errno), $"look for the program {program}: {KernelError.Reason(errno)}", null),
        };
    }

    private static (OciErrorCode Code, string Words, string? Hint) Exec(string program, int errno, string syscall) => errno switch
    {
        Errno.ENOENT => (OciErrorCode.CommandNotFound, $"exec {program}: {Errno.Text(errno)}", "the file exists, but its interpreter or dynamic loader does not"),
        Errno.ENOEXEC => (OciErrorCode.CommandNotExecutable, $"exec {program}: {Errno.Text(errno)}", "it is for another architecture, or a script without #!"),
        Errno.EACCES or Errno.EPERM => (OciErrorCode.CommandNotExecutable, $"exec {program}: {Errno.Text(errno)}", null),
        _ => (KernelError.CodeOf(errno), $"exec {program}: {syscall}: {Errno.Text(errno)}", null),
    };

    // In the words used for hooks that the runtime itself runs; the text says how the hook ended, otherwise a call of the helper has failed.
    private static string HookWords(LaunchStep step, in ChannelMessage message)
    {
        string[] place = step.SpecPointer!.Split('/');
        string why = message.Op == WireOp.Hook ? message.Text : $"{message.Op.Name()}: {KernelError.Reason(message.Error)}";
        return $"{place[^2]} hook #{place[^1]} {step.Object}: {why}";
    }

    private static string Detail(string text) => text.Length == 0 ? string.Empty : ": " + text;
}
