using System.Globalization;
using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Systemd;

/// <summary>The calls of systemd's manager that containers need (org.freedesktop.systemd1(5)). Each has a deadline.</summary>
internal sealed class SystemdManager : IDisposable
{
    internal const int Timeout = 30_000;

    private const string Service = "org.freedesktop.systemd1";
    private const string Path = "/org/freedesktop/systemd1";
    private const string Interface = "org.freedesktop.systemd1.Manager";

    private readonly BusConnection _bus;
    private string? _controlGroup;

    private SystemdManager(BusConnection bus) => _bus = bus;

    /// <summary>The number at the start of its version.</summary>
    internal int Version { get; private set; }

    /// <summary>The manager's own cgroup; empty for the system's manager.</summary>
    internal string ControlGroup => _controlGroup ??= ManagerProperty(_bus.Post(Service, Path, "org.freedesktop.DBus.Properties", "Get", "ss", Interface, "ControlGroup")).TrimEnd('/');

    /// <summary>Connects to the system's manager, or to the user's own if the runtime is rootless.</summary>
    internal static SystemdManager Connect(HostFacts host)
    {
        List<BusAddress> addresses = host.RootlessCgroups ? UserAddresses() : SystemAddresses();
        // In a user namespace our uid there is not the one that the bus sees.
        uint? uid = host.EffectiveUid == 0 && host.RootlessCgroups ? null : host.EffectiveUid;
        return Connect(addresses, uid, Timeout);
    }

    internal static SystemdManager Connect(IReadOnlyList<BusAddress> addresses, uint? uid, int timeout)
    {
        var bus = BusConnection.Connect(addresses, uid, timeout);
        try
        {
            var manager = new SystemdManager(bus);
            bus.Watch(Path, Interface, "JobRemoved");
            // All requests are sent first: their answers are awaited together.
            if (!bus.IsPeer)
            {
                bus.Post("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", $"type='signal',sender='{Service}',interface='{Interface}',member='JobRemoved',path='{Path}'");
                bus.Post(Service, Path, Interface, "Subscribe", string.Empty);
            }

            string version = manager.ManagerProperty(bus.Post(Service, Path, "org.freedesktop.DBus.Properties", "Get", "ss", Interface, "Version"));
            manager.Version = LeadingNumber(version);
            return manager;
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>Starts a transient unit and waits until it is active. A failed unit of that name is reset first.</summary>
    /// <exception cref="OciException">ResourceBusy: the unit exists.</exception>
    internal void Start(string unit, IReadOnlyList<UnitProperty> properties)
    {
        BusMessage answer = TryStart(unit, properties);
        if (answer.ErrorName == "org.freedesktop.systemd1.UnitExists")
        {
            ResetFailed(unit);
            answer = TryStart(unit, properties);
        }

        Check(answer, "start", unit);
        string result = JobResult(answer, "start", unit);
        if (result == "done")
            return;
        ResetFailed(unit);
        throw new OciException(OciErrorCode.Unknown, $"systemd: start {unit}: the job's result is {result}") { Step = "systemd", Object = unit, Hint = $"journalctl -u {unit} has more" };
    }

    /// <summary>Stops a unit and resets its failed state; not an error when there is none.</summary>
    internal void Stop(string unit)
    {
        BusMessage answer = Call("StopUnit", "ss", unit, "replace");
        if (answer.ErrorName != "org.freedesktop.systemd1.NoSuchUnit")
        {
            Check(answer, "stop", unit);
            JobResult(answer, "stop", unit);
        }

        ResetFailed(unit);
    }

    /// <summary>Makes systemd forget a failed unit; not an error for any other.</summary>
    internal void ResetFailed(string unit) => Call("ResetFailedUnit", "s", unit);

    /// <summary>The present properties of a scope, in a form that sets them again. Properties that it lacks are left out.</summary>
    internal List<UnitProperty> GetProperties(string unit, IEnumerable<string> names)
    {
        string path = PathOf(unit);
        List<(string Name, Task<BusMessage> Call)> asked = [.. names.Select(name => (name, _bus.Post(Service, path, "org.freedesktop.DBus.Properties", "Get", "ss", "org.freedesktop.systemd1.Scope", name)))];
        var properties = new List<UnitProperty>();
        foreach ((string name, Task<BusMessage> call) in asked)
        {
            if (_bus.Answer(call).Body is not [BusVariant value])
                continue;
            if (value.Value is object[])
                properties.Add(new(name, value with { Value = Array.Empty<object>() })); // entries are added to the existing ones
            properties.Add(new(name, value));
        }

        return properties;
    }

    /// <summary>Changes properties until the next boot.</summary>
    internal void SetProperties(string unit, IReadOnlyList<UnitProperty> properties)
    {
        if (properties.Count > 0)
            Check(Call("SetUnitProperties", "sba(sv)", unit, true, UnitProperty.ToArgument(properties)), "change", unit);
    }

    /// <summary>Moves a process into a delegated unit, with the manager's privileges.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="below">A cgroup below the unit's own, with a leading slash, or empty.</param>
    /// <param name="pid">Pid of the process.</param>
    internal void Attach(string unit, string below, int pid) =>
        Check(Call("AttachProcessesToUnit", "ssau", unit, below, new object[] { (uint)pid }), "attach a process to", unit);

    public void Dispose() => _bus.Dispose();

    private static List<BusAddress> SystemAddresses()
    {
        var addresses = BusAddress.Parse(Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS") is { Length: > 0 } set ? set : "unix:path=/run/dbus/system_bus_socket");
        addresses.Add(new("/run/systemd/private", Peer: true)); // where there is no bus yet; for root only
        return addresses;
    }

    private static List<BusAddress> UserAddresses()
    {
        var addresses = BusAddress.Parse(Environment.GetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS") ?? string.Empty);
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory)
        {
            addresses.Add(new(directory + "/bus"));
            addresses.Add(new(directory + "/systemd/private", Peer: true));
        }

        return addresses;
    }

    // A call that depends on the signal of a job must be posted before the job can end: the connection keeps the order.
    private string JobResult(BusMessage answer, string doing, string unit)
    {
        if (answer.Body is not [string job, ..])
            throw Unexpected(doing, unit);
        try
        {
            BusMessage removed = _bus.Signal(signal => signal is { Body: [uint, string ended, string, string] } && ended == job && signal.Sender == answer.Sender);
            return (string)removed.Body[3];
        }
        catch (OciException e) when (e.Code == OciErrorCode.Timeout)
        {
            throw new OciException(OciErrorCode.Timeout, $"systemd: {doing} {unit}: the job has not ended in time", e) { Step = "systemd", Object = unit };
        }
    }

    private BusMessage TryStart(string unit, IReadOnlyList<UnitProperty> properties) =>
        Call("StartTransientUnit", "ssa(sv)a(sa(sv))", unit, "replace", UnitProperty.ToArgument(properties), Array.Empty<object>());

    private BusMessage Call(string member, string signature, params object[] arguments) =>
        _bus.Answer(_bus.Post(Service, Path, Interface, member, signature, arguments));

    private string ManagerProperty(Task<BusMessage> call)
    {
        BusMessage answer = _bus.Answer(call);
        Check(answer, "ask", "the manager");
        return answer.Body is [BusVariant { Value: string value }] ? value : throw Unexpected("ask", "the manager");
    }

    private static void Check(BusMessage answer, string doing, string unit)
    {
        if (answer.ErrorName is not { } name)
            return;
        OciErrorCode code = name switch
        {
            "org.freedesktop.systemd1.UnitExists" => OciErrorCode.ResourceBusy,
            "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired" => OciErrorCode.PermissionDenied,
            "org.freedesktop.DBus.Error.Timeout" or "org.freedesktop.DBus.Error.NoReply" => OciErrorCode.Timeout,
            "org.freedesktop.DBus.Error.LimitsExceeded" => OciErrorCode.LimitsExceeded,
            "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.UnknownMethod" or "org.freedesktop.DBus.Error.PropertyReadOnly" => OciErrorCode.NotSupported,
            _ => OciErrorCode.Unknown,
        };
        string text = answer.Body is [string said, ..] ? said.ReplaceLineEndings(" ") : "no reason given";
        throw new OciException(code, $"systemd: {doing} {unit}: {text} ({name})")
        {
            Step = "systemd",
            Object = unit,
            Hint = code switch
            {
                OciErrorCode.ResourceBusy => "another container uses this linux.cgroupsPath",
                OciErrorCode.PermissionDenied => "run as root, or rootless with the user's own manager",
                _ => null,
            },
        };
    }

    private static OciException Unexpected(string doing, string unit) =>
        new(OciErrorCode.Unknown, $"systemd: {doing} {unit}: an answer in an unexpected form") { Step = "systemd", Object = unit };

    // Object path of a unit; characters other than letters and digits are _HEX there (sd_bus_path_encode(3)).
    private static string PathOf(string unit)
    {
        var path = new System.Text.StringBuilder(Path + "/unit/");
        foreach (byte c in System.Text.Encoding.UTF8.GetBytes(unit))
            _ = char.IsAsciiLetter((char)c) || (char.IsAsciiDigit((char)c) && path[^1] != '/') ? path.Append((char)c) : path.Append(CultureInfo.InvariantCulture, $"_{c:x2}");
        return path.ToString();
    }

    private static int LeadingNumber(string version)
    {
        ReadOnlySpan<char> digits = version.AsSpan().TrimStart('v');
        int end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
