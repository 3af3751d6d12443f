using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>Host files, named by annotations, that the output of hooks is appended to; without them it is kept for the error of a hook that fails.</summary>
internal sealed class HookFiles : IDisposable
{
    public SafeFd? Stdout { get; private init; }

    public SafeFd? Stderr { get; private init; }

    /// <exception cref="OciException">A file can't be opened; the pointer is that of its annotation.</exception>
    public static HookFiles Open(ContainerState state)
    {
        SafeFd? stdout = Open(state, CrunAnnotations.HooksStdout);
        try
        {
            return new HookFiles { Stdout = stdout, Stderr = Open(state, CrunAnnotations.HooksStderr) };
        }
        catch
        {
            stdout?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Stdout?.Dispose();
        Stderr?.Dispose();
    }

    private static SafeFd? Open(ContainerState state, string annotation)
    {
        if (CrunAnnotations.FileOf(state.Annotations, annotation, state.Bundle) is not { } path)
            return null;
        try
        {
            return AppendedFile.Open(path);
        }
        catch (OciException e)
        {
            throw e.In("hook", CrunAnnotations.SpecPointerOf(annotation));
        }
    }
}
