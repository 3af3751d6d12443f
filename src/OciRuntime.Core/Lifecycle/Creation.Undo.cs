using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class Creation
{
    private bool _cgroupLeft;

    private void Undo()
    {
        bool cloned = _launch?.Process is not null;
        _steps.Undo(Attempt);
        Attempt(EndProcesses); // for a launch that had not yet sent its program
        // The directory stays if processes are left: a forced delete finds them by it.
        if (!_cgroupLeft)
            Attempt(Directory.Remove);
        if (cloned)
        {
            Attempt(() =>
            {
                using var uncancellable = new CancelSignal(CancellationToken.None);
                HookRunner.RunPoststop(Hooks?.Poststop, State, _runtime.Options.CallerFileLimit, uncancellable, Warn);
            });
        }
    }

    private void EndProcesses()
    {
        Attempt(() => _launch?.Abort());
        Attempt(EndMember);
    }

    private void RemoveCgroup()
    {
        _cgroupLeft = true;
        EndMember();
        if (!_cgroup.TryRemove())
        {
            _cgroup.Kill(CancellationToken.None);
            _cgroup.Remove(CancellationToken.None);
        }
        _cgroupLeft = false;
    }

    private void Warn(string warning) => _runtime.Log(RuntimeLogLevel.Warning, warning);

    // An error here is not the error of the launch, and must not keep other steps from being undone.
    private void Attempt(Action undo)
    {
        try
        {
            undo();
        }
        catch (Exception e)
        {
            Warn(e.Message);
        }
    }
}
