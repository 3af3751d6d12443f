using System.Globalization;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The state of the v1 devices controller: a default, and exceptions from it (cgroup-v1/devices of the kernel's documentation). The kernel
/// silently ignores rules that do not fit, such as a denial of one device of an allowed range; here they are errors.
/// </summary>
internal sealed class DeviceAccessList
{
    private readonly Dictionary<(char Type, long? Major, long? Minor), (DeviceAccess Access, string Pointer)> _exceptions = [];
    private bool _allowed;
    private bool _lenient;

    /// <summary>All devices are allowed, apart from the exceptions.</summary>
    internal bool AllowsByDefault => _allowed;

    /// <summary>The devices and accesses that differ from the default.</summary>
    internal IEnumerable<((char Type, long? Major, long? Minor) Device, DeviceAccess Access)> Exceptions =>
        _exceptions.Select(static pair => (pair.Key, pair.Value.Access));

    /// <summary>The state after applying rules one after the other.</summary>
    /// <param name="rules">The rules in order.</param>
    /// <param name="lenient">Ignore a rule that takes a part out of a range, instead of throwing.</param>
    /// <exception cref="OciException">NotSupported: a rule takes a part out of a range.</exception>
    internal static DeviceAccessList Of(IEnumerable<DeviceRule> rules, bool lenient = false)
    {
        var list = new DeviceAccessList { _lenient = lenient };
        foreach (DeviceRule rule in rules)
            list.Apply(rule);
        return list;
    }

    /// <summary>The state that <c>devices.list</c> shows. It has no exceptions where all devices are allowed by default.</summary>
    internal static DeviceAccessList Parse(string text)
    {
        var list = new DeviceAccessList();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ', ':');
            if (fields.Length != 4)
                continue;
            if (fields[0] == "a")
                return new() { _allowed = true };
            list._exceptions[(fields[0][0], Number(fields[1]), Number(fields[2]))] = (Access(fields[3]), DeviceRule.Pointer);
        }

        return list;
    }

    /// <summary>The writes that lead to this state.</summary>
    /// <param name="from">The present state, or null if unknown.</param>
    internal List<CgroupWrite> Writes(DeviceAccessList? from)
    {
        var writes = new List<CgroupWrite>();
        // Exceptions from "all devices" can't be read back, so such a list has to be started anew.
        bool anew = from is null || from._allowed || _allowed;
        if (anew)
            Add(writes, _allowed, "a", DeviceRule.Pointer);
        foreach ((var device, var (access, pointer)) in _exceptions)
        {
            DeviceAccess added = anew ? access : access & ~from!._exceptions.GetValueOrDefault(device).Access;
            if (added != 0)
                Add(writes, !_allowed, Text(device, added), pointer);
        }

        // Last, so that devices that stay allowed are allowed all the time.
        foreach ((var device, var (access, _)) in anew ? [] : from!._exceptions)
        {
            DeviceAccess removed = access & ~_exceptions.GetValueOrDefault(device).Access;
            if (removed != 0)
                Add(writes, _allowed, Text(device, removed), DeviceRule.Pointer);
        }

        return writes;
    }

    private void Apply(DeviceRule rule)
    {
        if (rule.IsEverything)
        {
            _exceptions.Clear();
            _allowed = rule.Allow;
        }
        else if (rule.Type == 'a')
        {
            // To the kernel, "a" means all devices whatever numbers or letters follow.
            Apply(rule with { Type = 'b' });
            Apply(rule with { Type = 'c' });
        }
        else if (rule.Allow == _allowed)
        {
            Remove(rule);
        }
        else
        {
            var device = (rule.Type, rule.Major, rule.Minor);
            _exceptions[device] = (_exceptions.GetValueOrDefault(device).Access | rule.Access, rule.SpecPointer ?? DeviceRule.Pointer);
        }
    }

    private void Remove(DeviceRule rule)
    {
        foreach ((var device, var (access, pointer)) in _exceptions.ToArray())
        {
            bool overlaps = device.Type == rule.Type && (access & rule.Access) != 0
                && (device.Major is null || rule.Major is null || device.Major == rule.Major)
                && (device.Minor is null || rule.Minor is null || device.Minor == rule.Minor);
            if (!overlaps)
                continue;
            bool whole = (rule.Major is null || rule.Major == device.Major) && (rule.Minor is null || rule.Minor == device.Minor);
            if (whole && (access & ~rule.Access) != 0)
                _exceptions[device] = (access & ~rule.Access, pointer);
            else if (whole)
                _exceptions.Remove(device);
            else if (rule.SpecPointer is not null && !_lenient) // a rule of the runtime's own yields to the spec's
                throw PartOfRange(rule, Text(device, access));
        }
    }

    private static OciException PartOfRange(DeviceRule rule, string range) =>
        new(OciErrorCode.NotSupported, $"linux.resources.devices: cgroup v1 can't take {Text((rule.Type, rule.Major, rule.Minor), rule.Access)} out of the earlier rule {range}")
        {
            Step = "cgroup",
            SpecPointer = rule.SpecPointer,
            Hint = "name the devices of the range one by one, or use cgroup v2",
        };

    private static void Add(List<CgroupWrite> writes, bool allow, string value, string pointer) =>
        writes.Add(new("devices", allow ? "devices.allow" : "devices.deny", value, pointer));

    private static string Text((char Type, long? Major, long? Minor) device, DeviceAccess access)
    {
        string letters = (access.HasFlag(DeviceAccess.Read) ? "r" : "") + (access.HasFlag(DeviceAccess.Write) ? "w" : "") + (access.HasFlag(DeviceAccess.Mknod) ? "m" : "");
        return $"{device.Type} {Star(device.Major)}:{Star(device.Minor)} {letters}";
    }

    private static string Star(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";

    private static long? Number(string text) => text == "*" ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static DeviceAccess Access(string letters)
    {
        DeviceAccess access = letters.Contains('r', StringComparison.Ordinal) ? DeviceAccess.Read : 0;
        access |= letters.Contains('w', StringComparison.Ordinal) ? DeviceAccess.Write : 0;
        return access | (letters.Contains('m', StringComparison.Ordinal) ? DeviceAccess.Mknod : 0);
    }
}
