using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>process.terminal: where the pty master goes.</summary>
internal static class ConsolePlanner
{
    public static void Add(PlanBuilder plan, OciProcess process, bool consoleNode)
    {
        if (!process.Terminal)
            return;
        plan.Add(new ConsoleStep
        {
            ConsoleNode = consoleNode,
            Rows = process.ConsoleSize?.Height ?? 0,
            Columns = process.ConsoleSize?.Width ?? 0,
            Uid = process.User?.Uid ?? 0,
            KeepNewlines = plan.Input.Console != ConsoleTarget.Socket,
            Socket = plan.Input.Console switch
            {
                ConsoleTarget.Socket => new RoleFd(PlanFdRole.ConsoleSocket),
                ConsoleTarget.Supervisor => new RoleFd(PlanFdRole.SupervisorConsoleWriter),
                _ => null,
            },
            SpecPointer = "/process/terminal",
        });
    }

    /// <summary>Adds the supervisor, if one is wanted, as the first step.</summary>
    public static void AddSupervisor(PlanBuilder plan, CreatePlanInput input, bool terminal)
    {
        if (!input.Supervised)
            return;
        plan.Add(Supervisor(input.LogLimit, input.OomFile, terminal, terminal && input.Console == ConsoleTarget.Supervisor));
    }

    /// <summary>The step that forks a supervisor.</summary>
    /// <param name="limit">How large its log may grow.</param>
    /// <param name="oomFile">The file with an <c>oom_kill</c> line, or null.</param>
    /// <param name="terminal">The process has a terminal, so there are no pipes.</param>
    /// <param name="readsTerminal">The supervisor gets the pty master.</param>
    public static SuperviseStep Supervisor(LogLimit limit, string? oomFile, bool terminal, bool readsTerminal) => new()
    {
        ExitRecord = "exit.json",
        Directory = new RoleFd(PlanFdRole.StateDirectory),
        Log = new RoleFd(PlanFdRole.LogFile),
        LogName = "log",
        LogLimit = limit,
        Stdout = terminal ? null : new RoleFd(PlanFdRole.StdoutReader),
        Stderr = terminal ? null : new RoleFd(PlanFdRole.StderrReader),
        OomFile = oomFile is null ? null : new PathFd(oomFile, PlanFdAccess.Read),
        Console = readsTerminal ? new RoleFd(PlanFdRole.SupervisorConsoleReader) : null,
    };
}
