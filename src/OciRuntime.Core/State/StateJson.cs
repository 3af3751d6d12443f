using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.State;

/// <summary>state.json to and from <see cref="ContainerState"/>. Unknown properties are skipped, so older builds read newer files.</summary>
internal static class StateJson
{
    // RFC3339Nano: as many digits of the fraction as are not zero.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static ReadOnlyMemory<byte> Write(ContainerState state)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
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
        // Texts are decoded when they are asked for: what can't be is found here.
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span))
            return null;
        try
        {
            return Read(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The process that a state names which was cut off after that; null when it does not.</summary>
    public static (int Pid, ulong StartTime)? TryReadProcess(ReadOnlySpan<byte> torn)
    {
        // Not the final block: a number without what follows it may be cut off itself.
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
            // What was readable before counts.
        }
        return pid > 0 && startTime > 0 ? (pid, startTime) : null;
    }

    private static ContainerState? Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        int format = 0, pid = 0, supervisorPid = 0, inherited = 0;
        ulong startTime = 0, supervisorStartTime = 0;
        uint owner = 0;
        string? resctrl = null, resctrlMonitor = null, id = null, version = null, bundle = null, rootfs = null;
        DateTimeOffset? created = null;
        LogLimit log = LogLimit.Default;
        bool rootless = false, noNewKeyring = false, noPivot = false, resctrlMade = false, restored = false, hooks = false, privatePid = false;
        var manager = CgroupManagerKind.Cgroupfs;
        JsonMap? cgroups = null, annotations = null;
        List<string>? args = null, stdio = null;
        List<RecordedStep> steps = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // The comparison needs no string of the name.
            if (Is(ref reader, "format"u8)) format = reader.GetInt32();
            else if (Is(ref reader, "id"u8)) id = reader.GetString();
            else if (Is(ref reader, "ociVersion"u8)) version = reader.GetString();
            else if (Is(ref reader, "pid"u8)) pid = reader.GetInt32();
            else if (Is(ref reader, "startTime"u8)) startTime = reader.GetUInt64();
            else if (Is(ref reader, "supervisorPid"u8)) supervisorPid = reader.GetInt32();
            else if (Is(ref reader, "supervisorStartTime"u8)) supervisorStartTime = reader.GetUInt64();
            else if (Is(ref reader, "bundle"u8)) bundle = reader.GetString();
            else if (Is(ref reader, "rootfs"u8)) rootfs = reader.GetString();
            else if (Is(ref reader, "created"u8)) created = reader.GetDateTimeOffset();
            else if (Is(ref reader, "ownerUid"u8)) owner = reader.GetUInt32();
            else if (Is(ref reader, "rootless"u8)) rootless = reader.GetBoolean();
            else if (Is(ref reader, "noNewKeyring"u8)) noNewKeyring = reader.GetBoolean();
            else if (Is(ref reader, "noPivot"u8)) noPivot = reader.GetBoolean();
            else if (Is(ref reader, "logMaxSize"u8)) log = log with { MaxSize = reader.GetInt64() };
            else if (Is(ref reader, "logMaxFiles"u8)) log = log with { MaxFiles = reader.GetInt32() };
            else if (Is(ref reader, "lateSteps"u8)) steps = ReadSteps(ref reader);
            else if (Is(ref reader, "inheritedFds"u8)) inherited = reader.GetInt32();
            else if (Is(ref reader, "restored"u8)) restored = reader.GetBoolean();
            else if (Is(ref reader, "stdio"u8)) stdio = ReadList(ref reader);
            else if (Is(ref reader, "resctrlDirectory"u8)) resctrl = reader.GetString();
            else if (Is(ref reader, "resctrlMade"u8)) resctrlMade = reader.GetBoolean();
            else if (Is(ref reader, "resctrlMonitor"u8)) resctrlMonitor = reader.GetString();
            else if (Is(ref reader, "hasHooks"u8)) hooks = reader.GetBoolean();
            else if (Is(ref reader, "privatePid"u8)) privatePid = reader.GetBoolean();
            else if (Is(ref reader, "cgroupManager"u8)) manager = (CgroupManagerKind)reader.GetInt32();
            else if (Is(ref reader, "cgroupPaths"u8)) cgroups = ReadMap(ref reader, bytes);
            else if (Is(ref reader, "annotations"u8)) annotations = ReadMap(ref reader, bytes);
            else if (Is(ref reader, "args"u8)) args = ReadList(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (reader.TokenType != JsonTokenType.EndObject || format < 1 || id is null || version is null || bundle is null || rootfs is null || created is null)
            return null;
        return new ContainerState
        {
            Format = format,
            Id = id,
            OciVersion = version,
            Pid = pid,
            StartTime = startTime,
            SupervisorPid = supervisorPid,
            SupervisorStartTime = supervisorStartTime,
            Bundle = bundle,
            Rootfs = rootfs,
            Created = created.Value,
            OwnerUid = owner,
            Rootless = rootless,
            NoNewKeyring = noNewKeyring,
            NoPivot = noPivot,
            LogLimit = log,
            LateSteps = steps,
            InheritedFds = inherited,
            Restored = restored,
            Stdio = stdio ?? [],
            Resctrl = resctrl is null ? null : new ResctrlGroup(resctrl, resctrlMade, resctrlMonitor),
            HasHooks = hooks,
            PrivatePid = privatePid,
            CgroupManager = manager,
            CgroupPaths = cgroups ?? JsonMap.Empty,
            Annotations = annotations ?? JsonMap.Empty,
            Args = args ?? [],
        };
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueTextEquals(name))
            return false;
        reader.Read();
        return true;
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

    private static JsonMap ReadMap(ref Utf8JsonReader reader, ReadOnlyMemory<byte> bytes)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new JsonMap(bytes[start..(int)reader.BytesConsumed]);
    }

    // Four values a step: number, name, object, JSON pointer.
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

    private static List<RecordedStep> ReadSteps(ref Utf8JsonReader reader)
    {
        var steps = new List<RecordedStep>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int number = reader.GetInt32();
            steps.Add(new(number, Next(ref reader) ?? string.Empty, Next(ref reader) ?? string.Empty) { SpecPointer = Next(ref reader) });
        }
        return steps.TrueForAll(static step => step.Number is >= 0 and < WireFormat.MaxSteps) ? steps : throw new FormatException();
    }

    private static string? Next(ref Utf8JsonReader reader) => reader.Read() ? reader.GetString() : throw new FormatException();

    private static List<string> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            list.Add(reader.GetString() ?? string.Empty);
        return list;
    }
}
