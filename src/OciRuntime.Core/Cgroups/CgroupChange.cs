using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>An update of a cgroup that can be taken back.</summary>
internal sealed class CgroupChange
{
    private readonly Func<List<string>> _undo;

    internal CgroupChange(IReadOnlyList<CgroupWrite> writes, Func<List<string>> undo)
    {
        Writes = writes;
        _undo = undo;
    }

    /// <summary>What was written, device rules aside.</summary>
    public IReadOnlyList<CgroupWrite> Writes { get; }

    /// <summary>Puts back what was there before.</summary>
    /// <returns>Files, units and programs that did not take it; none when all is as before.</returns>
    public IReadOnlyList<string> Undo() => _undo();

    /// <summary>Makes a change; when that fails, what it did so far is taken back.</summary>
    /// <param name="writes">What will be written.</param>
    /// <param name="apply">Makes it.</param>
    /// <param name="undo">Takes back as much of it as was done.</param>
    internal static CgroupChange Make(IReadOnlyList<CgroupWrite> writes, Action apply, Func<List<string>> undo)
    {
        try
        {
            apply();
            return new(writes, undo);
        }
        catch (OciException e) when (undo() is { Count: > 0 } left)
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
}
