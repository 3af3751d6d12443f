using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>An update of a cgroup that can be taken back: what the cgroup had before is read when this is made, and nothing is changed then.</summary>
internal sealed class CgroupChange
{
    private readonly Action _make;
    private readonly Func<List<string>> _undo;

    /// <param name="writes">What will be written, device rules aside.</param>
    /// <param name="make">Makes the change.</param>
    /// <param name="undo">Takes back as much of it as was done.</param>
    internal CgroupChange(IReadOnlyList<CgroupWrite> writes, Action make, Func<List<string>> undo)
    {
        Writes = writes;
        _make = make;
        _undo = undo;
    }

    /// <summary>What is written, device rules aside.</summary>
    public IReadOnlyList<CgroupWrite> Writes { get; }

    /// <summary>Makes the change; when that fails, what was done so far is taken back.</summary>
    internal CgroupChange Make()
    {
        try
        {
            _make();
            return this;
        }
        catch (OciException e) when (_undo() is { Count: > 0 } left)
        {
            throw new OciException(e.Code, $"{e.Message}; the former value of {string.Join(", ", left)} could not be put back", e)
            {
                Step = e.Step,
                Syscall = e.Syscall,
                Object = e.Object,
                Errno = e.Errno,
                SpecPointer = e.SpecPointer,
                Hint = e.Hint,
            };
        }
    }

    /// <summary>Puts back what was there before.</summary>
    /// <returns>Files, units and programs that did not take it; none when all is as before.</returns>
    public IReadOnlyList<string> Undo() => _undo();
}
