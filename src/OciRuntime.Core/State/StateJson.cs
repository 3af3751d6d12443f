using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.State;

/// <summary>state.json to and from <see cref="ContainerState"/>. Unknown properties are skipped, so older builds read newer files.</summary>
internal static class StateJson
{
    // RFC3339Nano: the fraction without trailing zeros.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static ReadOnlyMemory<byte> Write(ContainerState state)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder, SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("format"u8, state.Format);
        json.WriteString("id"u8, state.Id);
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteNumber("pid"u8, state.Pid);
        json.WriteNumber("startTime"u8, state.StartTime);
        if (state.Supervised)
        {
            json.WriteNumber("supervisorPid"u8, state.SupervisorPid);
            json.WriteNumber("supervisorStartTime"u8, state.SupervisorStartTime);
        }
        json.WriteString("bundle"u8, state.Bundle);
        json.WriteString("rootfs"u8, state.Rootfs);
        json.WriteString("created"u8, FormatTime(state.Created));
        json.WriteNumber("ownerUid"u8, state.OwnerUid);
        json.WriteBoolean("rootless"u8, state.Rootless);
        json.WriteBoolean("noNewKeyring"u8, state.NoNewKeyring);
        if (state.NoPivot)
            json.WriteBoolean("noPivot"u8, true);
        if (state.LogLimit != LogLimit.Default)
        {
            json.WriteNumber("logMaxSize"u8, state.LogLimit.MaxSize);
            json.WriteNumber("logMaxFiles"u8, state.LogLimit.MaxFiles);
        }
        WriteSteps(json, state.LateSteps);
        json.WriteNumber("inheritedFds"u8, state.InheritedFds);
        if (state.Restored)
            json.WriteBoolean("restored"u8, true);
        if (state.Stdio.Count > 0)
            WriteList(json, "stdio"u8, state.Stdio);
        if (state.Resctrl is { } resctrl)
        {
            json.WriteString("resctrlDirectory"u8, resctrl.Directory);
            json.WriteBoolean("resctrlMade"u8, resctrl.Made);
            if (resctrl.Monitor is not null)
                json.WriteString("resctrlMonitor"u8, resctrl.Monitor);
        }
        json.WriteBoolean("hasHooks"u8, state.HasHooks);
        json.WriteBoolean("privatePid"u8, state.PrivatePid);
        json.WriteNumber("cgroupManager"u8, (int)state.CgroupManager);
        WriteMap(json, "cgroupPaths"u8, state.CgroupPaths);
        WriteMap(json, "annotations"u8, state.Annotations);
        WriteList(json, "args"u8, state.Args);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Null when the bytes are not a state: cut off, garbage, or without its required fields.</summary>
    public static ContainerState? TryRead(ReadOnlyMemory<byte> bytes)
    {
        // Strings are decoded on demand, so invalid UTF-8 is found here.
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span))
            return null;
        try
        {
            return new StateReader(bytes).Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The process named in a truncated state; null when it does not get that far.</summary>
    public static (int Pid, ulong StartTime)? TryReadProcess(ReadOnlySpan<byte> torn)
    {
        // Not the final block: a number at the very end may be truncated.
        var reader = new Utf8JsonReader(torn, isFinalBlock: false, default);
        int pid = 0;
        ulong startTime = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                bool isPid = reader.ValueTextEquals("pid"u8), isStartTime = reader.ValueTextEquals("startTime"u8);
                if ((isPid || isStartTime) && !reader.Read())
                    break;
                if (isPid)
                    pid = reader.GetInt32();
                else if (isStartTime)
                    startTime = reader.GetUInt64();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // What was read before that counts.
        }
        return pid > 0 && startTime > 0 ? (pid, startTime) : null;
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> list)
    {
        json.WriteStartArray(name);
        foreach (string item in list)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    // Four values per step: number, name, object, JSON pointer.
    private static void WriteSteps(Utf8JsonWriter json, IReadOnlyList<RecordedStep> steps)
    {
        json.WriteStartArray("lateSteps"u8);
        foreach (RecordedStep step in steps)
        {
            json.WriteNumberValue(step.Number);
            json.WriteStringValue(step.Title);
            json.WriteStringValue(step.Target);
            json.WriteStringValue(step.SpecPointer);
        }
        json.WriteEndArray();
    }
}
