using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class Creation
{
    private void Undo()
    {
        bool cloned = _launch?.Process is not null;
        Attempt(() => _devices?.Return(Warn));
        Attempt(() => _launch?.Abort());
        Attempt(EndMember);
        Attempt(() => State.Resctrl?.Remove(Warn));
        Attempt(() =>
        {
            if (_cgroupMade && !_cgroup.TryRemove())
            {
                _cgroup.Kill(CancellationToken.None);
                _cgroup.Remove(CancellationToken.None);
            }
            // Not when processes are left: by the directory a forced delete finds them.
            Directory.Remove();
        });
        if (cloned)
        {
            Attempt(() =>
            {
                using var uncancellable = new CancelSignal(CancellationToken.None);
                HookRunner.RunAll("poststop", Hooks?.Poststop, HookState.Write(State, "stopped", 0), _source.Bundle, _runtime.Options.CallerFileLimit, uncancellable, Warn);
            });
        }
    }

    private void Warn(string warning) => _runtime.Log(RuntimeLogLevel.Warning, warning);

    // Whatever goes wrong here is not the error of the launch, and keeps nothing else from being undone.
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
