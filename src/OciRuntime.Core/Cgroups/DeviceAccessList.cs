using System.Globalization;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// What the v1 devices controller can hold: a default, and exceptions from it (cgroup-v1/devices of the kernel's documentation). The kernel
/// ignores silently what does not fit, such as a denial of one device of an allowed range; here that is an error.
/// </summary>
internal sealed class DeviceAccessList
{
    private readonly Dictionary<(char Type, long? Major, long? Minor), (DeviceAccess Access, string Pointer)> _exceptions = [];
    private bool _allowed;
    private bool _lenient;

    /// <summary>What is not an exception is allowed.</summary>
    internal bool AllowsByDefault => _allowed;

    /// <summary>What differs from the default.</summary>
    internal IEnumerable<((char Type, long? Major, long? Minor) Device, DeviceAccess Access)> Exceptions =>
        _exceptions.Select(static pair => (pair.Key, pair.Value.Access));

    /// <summary>The state that rules lead to, one after the other.</summary>
    /// <param name="rules">In their order.</param>
    /// <param name="lenient">A rule that takes a part out of a range leaves it whole.</param>
    /// <exception cref="OciException">NotSupported: a rule takes a part out of a range.</exception>
    internal static DeviceAccessList Of(IEnumerable<DeviceRule> rules, bool lenient = false)
    {
        var list = new DeviceAccessList { _lenient = lenient };
        foreach (DeviceRule rule in rules)
            list.Apply(rule);
        return list;
    }

    /// <summary>The state that a <c>devices.list</c> shows. Where everything is allowed by default, exceptions are not shown.</summary>
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

    /// <summary>What has to be written to get here.</summary>
    /// <param name="from">Where it starts; null when that is not known.</param>
    internal List<CgroupWrite> Writes(DeviceAccessList? from)
    {
        var writes = new List<CgroupWrite>();
        // Exceptions from "everything" can't be read back, so that list can only be started anew.
        bool anew = from is null || from._allowed || _allowed;
        if (anew)
            Add(writes, _allowed, "a", DeviceRule.Pointer);
        foreach ((var device, var (access, pointer)) in _exceptions)
        {
            DeviceAccess added = anew ? access : access & ~from!._exceptions.GetValueOrDefault(device).Access;
            if (added != 0)
                Add(writes, !_allowed, Text(device, added), pointer);
        }

        // Last, so that nothing that stays allowed is missing meanwhile.
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
            // "a" with numbers or letters would mean everything to the kernel.
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
            else if (rule.SpecPointer is not null && !_lenient) // the runtime's own stand back: the spec's denial is kept
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
