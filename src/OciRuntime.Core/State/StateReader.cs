using System.Text.Json;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.State;

/// <summary>The properties of state.json, in any order. A list of containers reads many: names are compared without making strings, maps are decoded on demand.</summary>
internal ref struct StateReader(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private Utf8JsonReader _json = new(bytes.Span);

    private int _format, _pid, _supervisorPid, _inheritedFds;
    private ulong _startTime, _supervisorStartTime;
    private uint _ownerUid;
    private string? _id, _ociVersion, _bundle, _rootfs, _resctrlDirectory, _resctrlMonitor;
    private DateTimeOffset? _created;
    private LogLimit _logLimit = LogLimit.Default;
    private bool _rootless, _noNewKeyring, _noPivot, _resctrlMade, _restored, _hasHooks, _privatePid;
    private CgroupManagerKind _cgroupManager = CgroupManagerKind.Cgroupfs;
    private JsonMap? _cgroupPaths, _annotations;
    private List<string>? _args, _stdio;
    private List<RecordedStep>? _lateSteps;

    /// <summary>Null when the bytes end before the state does, or a required property is missing.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="InvalidOperationException">A value of another type.</exception>
    /// <exception cref="FormatException">A value out of its range.</exception>
    public ContainerState? Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (TakeIdentity() || TakeProcess() || TakeLaunch() || TakeGroups())
                continue;
            _json.Read();
            _json.Skip();
        }
        return _json.TokenType == JsonTokenType.EndObject && _format >= 1 ? State() : null;
    }

    private readonly ContainerState? State() => _id is null || _ociVersion is null || _bundle is null || _rootfs is null || _created is null ? null : new ContainerState
    {
        Format = _format,
        Id = _id,
        OciVersion = _ociVersion,
        Pid = _pid,
        StartTime = _startTime,
        SupervisorPid = _supervisorPid,
        SupervisorStartTime = _supervisorStartTime,
        Bundle = _bundle,
        Rootfs = _rootfs,
        Created = _created.Value,
        OwnerUid = _ownerUid,
        Rootless = _rootless,
        NoNewKeyring = _noNewKeyring,
        NoPivot = _noPivot,
        LogLimit = _logLimit,
        LateSteps = _lateSteps ?? [],
        InheritedFds = _inheritedFds,
        Restored = _restored,
        Stdio = _stdio ?? [],
        Resctrl = _resctrlDirectory is null ? null : new ResctrlGroup(_resctrlDirectory, _resctrlMade, _resctrlMonitor),
        HasHooks = _hasHooks,
        PrivatePid = _privatePid,
        CgroupManager = _cgroupManager,
        CgroupPaths = _cgroupPaths ?? JsonMap.Empty,
        Annotations = _annotations ?? JsonMap.Empty,
        Args = _args ?? [],
    };

    // Which container it is, and whose.
    private bool TakeIdentity()
    {
        if (Is("format"u8)) _format = _json.GetInt32();
        else if (Is("id"u8)) _id = _json.GetString();
        else if (Is("ociVersion"u8)) _ociVersion = _json.GetString();
        else if (Is("bundle"u8)) _bundle = _json.GetString();
        else if (Is("rootfs"u8)) _rootfs = _json.GetString();
        else if (Is("created"u8)) _created = _json.GetDateTimeOffset();
        else if (Is("ownerUid"u8)) _ownerUid = _json.GetUInt32();
        else if (Is("annotations"u8)) _annotations = ReadMap();
        else if (Is("args"u8)) _args = ReadList();
        else return false;
        return true;
    }

    // Its processes, and the descriptors they inherited.
    private bool TakeProcess()
    {
        if (Is("pid"u8)) _pid = _json.GetInt32();
        else if (Is("startTime"u8)) _startTime = _json.GetUInt64();
        else if (Is("supervisorPid"u8)) _supervisorPid = _json.GetInt32();
        else if (Is("supervisorStartTime"u8)) _supervisorStartTime = _json.GetUInt64();
        else if (Is("inheritedFds"u8)) _inheritedFds = _json.GetInt32();
        else if (Is("stdio"u8)) _stdio = ReadList();
        else if (Is("privatePid"u8)) _privatePid = _json.GetBoolean();
        else return false;
        return true;
    }

    // How it was made, for later verbs.
    private bool TakeLaunch()
    {
        if (Is("rootless"u8)) _rootless = _json.GetBoolean();
        else if (Is("noNewKeyring"u8)) _noNewKeyring = _json.GetBoolean();
        else if (Is("noPivot"u8)) _noPivot = _json.GetBoolean();
        else if (Is("logMaxSize"u8)) _logLimit = _logLimit with { MaxSize = _json.GetInt64() };
        else if (Is("logMaxFiles"u8)) _logLimit = _logLimit with { MaxFiles = _json.GetInt32() };
        else if (Is("lateSteps"u8)) _lateSteps = ReadSteps();
        else if (Is("restored"u8)) _restored = _json.GetBoolean();
        else if (Is("hasHooks"u8)) _hasHooks = _json.GetBoolean();
        else return false;
        return true;
    }

    // Where its processes are held.
    private bool TakeGroups()
    {
        if (Is("cgroupManager"u8)) _cgroupManager = (CgroupManagerKind)_json.GetInt32();
        else if (Is("cgroupPaths"u8)) _cgroupPaths = ReadMap();
        else if (Is("resctrlDirectory"u8)) _resctrlDirectory = _json.GetString();
        else if (Is("resctrlMade"u8)) _resctrlMade = _json.GetBoolean();
        else if (Is("resctrlMonitor"u8)) _resctrlMonitor = _json.GetString();
        else return false;
        return true;
    }

    private bool Is(ReadOnlySpan<byte> name)
    {
        if (!_json.ValueTextEquals(name))
            return false;
        _json.Read();
        return true;
    }

    private JsonMap ReadMap()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw new FormatException();
        int start = (int)_json.TokenStartIndex;
        _json.Skip();
        return new JsonMap(_bytes[start..(int)_json.BytesConsumed]);
    }

    private List<RecordedStep> ReadSteps()
    {
        var steps = new List<RecordedStep>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            int number = _json.GetInt32();
            steps.Add(new(number, Next() ?? string.Empty, Next() ?? string.Empty) { SpecPointer = Next() });
        }
        return steps.TrueForAll(static step => step.Number is >= 0 and < WireFormat.MaxSteps) ? steps : throw new FormatException();
    }

    private string? Next() => _json.Read() ? _json.GetString() : throw new FormatException();

    private List<string> ReadList()
    {
        var list = new List<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            list.Add(_json.GetString() ?? string.Empty);
        return list;
    }
}
