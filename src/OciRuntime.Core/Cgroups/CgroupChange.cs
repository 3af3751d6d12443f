using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>An update of a cgroup that can be undone. By the time it is constructed the former values have been read, and no limit has been changed.</summary>
internal sealed class CgroupChange
{
    private readonly Action _make;
    private readonly Func<List<string>> _undo;

    /// <param name="writes">What will be written, apart from device rules.</param>
    /// <param name="make">Makes the change.</param>
    /// <param name="undo">Undoes as much of it as was done.</param>
    internal CgroupChange(IReadOnlyList<CgroupWrite> writes, Action make, Func<List<string>> undo)
    {
        Writes = writes;
        _make = make;
        _undo = undo;
    }

    /// <summary>What is written, apart from device rules.</summary>
    public IReadOnlyList<CgroupWrite> Writes { get; }

    /// <summary>Makes the change; if that fails, undoes what was done so far.</summary>
    internal CgroupChange Make()
    {
        try
        {
            _make();
            return this;
        }
        catch (OciException e) when (_undo() is { Count: > 0 } left)
        {
            throw new OciException(e.Code, $"{e.Message}; the former value of {string.Join(", ", left)} could not be restored", e)
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

    /// <summary>Restores the former values.</summary>
    /// <returns>Files, units and programs that refused their former values; empty when all is as before.</returns>
    public IReadOnlyList<string> Undo() => _undo();
}
