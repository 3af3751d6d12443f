using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.State;

/// <summary>
/// Containers of another runtime in the same root, as when an engine gives one directory to several: only that runtime lists and removes them. They are
/// recognized by files that none of our directories has.
/// </summary>
internal static class OtherRuntime
{
    // crun's state, and the start gate of runc and crun.
    private const string StatusName = "status";
    private const string GateName = "exec.fifo";

    /// <summary>The owner of a directory without a state of ours; null when it is ours, half-written.</summary>
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
        new(OciErrorCode.ContainerBroken, $"container {directory.Id} does not belong to this runtime: {directory.Path} belongs to {runtime}")
        {
            Object = directory.Path,
            Hint = "remove it with the runtime that created it",
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
