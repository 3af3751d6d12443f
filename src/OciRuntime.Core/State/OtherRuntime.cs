using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.State;

/// <summary>
/// Containers of another runtime in the same root, as an engine's that gives one directory to several: they are that one's to list and to remove. What they keep
/// is known by what none of our directories has.
/// </summary>
internal static class OtherRuntime
{
    // crun's state, and the start gate of runc and crun.
    private const string StatusName = "status";
    private const string GateName = "exec.fifo";

    /// <summary>Whose a directory without a state of ours is; null: it is ours, and half-written.</summary>
    public static string? Of(StateDirectory directory)
    {
        if (directory.TryReadFile(StateDirectory.StateName) is { } json)
            return OfState(json);
        if (directory.Exists(StatusName))
            return "crun";
        return directory.Exists(GateName) ? "another runtime" : null;
    }

    /// <summary>The error of a verb that was given the id of such a container.</summary>
    public static OciException Error(StateDirectory directory, string runtime) =>
        new(OciErrorCode.ContainerBroken, $"container {directory.Id} is not of this runtime: {directory.Path} is of {runtime}")
        {
            Object = directory.Path,
            Hint = "the runtime that made it removes it",
        };

    private static string? OfState(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement state = document.RootElement;
            if (state.ValueKind != JsonValueKind.Object || state.TryGetProperty("format"u8, out _))
                return null;
            if (state.TryGetProperty("init_process_pid"u8, out _))
                return "runc";
            return state.TryGetProperty("ociVersion"u8, out _) && state.TryGetProperty("bundle"u8, out _) ? "another runtime" : null;
        }
        catch (JsonException)
        {
            return null; // torn
        }
    }
}
