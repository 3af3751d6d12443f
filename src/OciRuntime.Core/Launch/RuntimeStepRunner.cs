using System.Diagnostics;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Runs the runtime's steps of a plan at their places between the steps of the helper, and undoes them in reverse order.
/// </summary>
/// <param name="perform">Runs one step and returns the action that undoes it.</param>
/// <param name="options">Whether to record times, and which step must fail.</param>
internal sealed class RuntimeStepRunner(Func<RuntimeStep, Action?> perform, PlanImageOptions options)
{
    private readonly Stack<Action> _undo = new();
    private readonly List<StepTime> _times = [];
    private LaunchPlan? _plan;

    /// <summary>When the steps ran; empty unless options ask for times.</summary>
    public IReadOnlyList<StepTime> Times => _times;

    /// <summary>Runs the steps that come before those of the helper.</summary>
    public void Begin(LaunchPlan plan)
    {
        _plan = plan;
        RunFrom(0);
    }

    /// <summary>Runs the steps after the step of this type, at which the helper waits.</summary>
    public void RunBehind<TStep>()
        where TStep : LaunchStep => RunBehind(static step => step is TStep);

    /// <summary>Runs the steps after the one at which the helper waits for this reason.</summary>
    /// <returns>False when the plan has no such step.</returns>
    public bool RunBehind(SyncPoint sync) => RunBehind(step => step is AwaitStep wait && (ulong)wait.Reason == (ulong)sync);

    /// <summary>Adds an undo for something that is not a step of the plan.</summary>
    public void Push(Action undo) => _undo.Push(undo);

    /// <summary>Undoes everything, last first.</summary>
    /// <param name="attempt">Runs one undo, so that its errors don't stop the others.</param>
    public void Undo(Action<Action> attempt)
    {
        while (_undo.TryPop(out Action? undo))
            attempt(undo);
    }

    private bool RunBehind(Func<LaunchStep, bool> isThere)
    {
        for (int i = 0; i < _plan!.Steps.Count; i++)
        {
            if (!isThere(_plan.Steps[i]))
                continue;
            RunFrom(i + 1);
            return true;
        }
        return false;
    }

    private void RunFrom(int index)
    {
        for (; index < _plan!.Steps.Count && _plan.Steps[index] is RuntimeStep step; index++)
            Run(index, step);
    }

    private void Run(int index, RuntimeStep step)
    {
        if (options.FaultStep == index)
            throw Fault(step, options.FaultErrno);
        long start = options.Timeline ? Stopwatch.GetTimestamp() : 0;
        try
        {
            if (perform(step) is { } undo)
                _undo.Push(undo);
        }
        catch (OciException e) when (e.Step is null && e.Code != OciErrorCode.Cancelled)
        {
            throw e.In(step.Name, step.SpecPointer);
        }
        // The clock of Stopwatch is CLOCK_MONOTONIC in nanoseconds, like the helper's.
        if (options.Timeline)
            _times.Add(new(index, (ulong)start, (ulong)(Stopwatch.GetTimestamp() - start)));
    }

    private static OciException Fault(RuntimeStep step, int errno) => new(KernelError.CodeOf(errno), $"{step.Name} {step.Object}: {KernelError.Reason(errno)}")
    {
        Step = step.Name,
        Object = step.Object,
        Errno = errno,
        SpecPointer = step.SpecPointer,
    };
}
