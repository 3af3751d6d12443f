using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>One rule for device access; if several cover a device and an access, the last one counts.</summary>
/// <param name="Allow">Allow or deny.</param>
/// <param name="Type">'a' (both), 'b' or 'c'.</param>
/// <param name="Major">Major number, or null for all.</param>
/// <param name="Minor">Minor number, or null for all.</param>
/// <param name="Access">The accesses that it covers.</param>
/// <param name="SpecPointer">The property that asks for it, or null for the runtime's own.</param>
internal sealed record DeviceRule(bool Allow, char Type, long? Major, long? Minor, DeviceAccess Access, string? SpecPointer)
{
    internal const string Pointer = "/linux/resources/devices";

    private static readonly DeviceRule s_denyAll = new(false, 'a', null, null, DeviceAccess.All, null);

    /// <summary>
    /// What every container may use: mknod of any device, and the devices that the runtime makes (config-linux.md, Default Devices), and
    /// tun as in other runtimes. Not c 5:1, which is the machine's console; the container's console is a pts.
    /// </summary>
    private static readonly DeviceRule[] s_defaults =
    [
        new(true, 'c', null, null, DeviceAccess.Mknod, null),
        new(true, 'b', null, null, DeviceAccess.Mknod, null),
        new(true, 'c', 1, 3, DeviceAccess.All, null), // null
        new(true, 'c', 1, 5, DeviceAccess.All, null), // zero
        new(true, 'c', 1, 7, DeviceAccess.All, null), // full
        new(true, 'c', 1, 8, DeviceAccess.All, null), // random
        new(true, 'c', 1, 9, DeviceAccess.All, null), // urandom
        new(true, 'c', 5, 0, DeviceAccess.All, null), // tty
        new(true, 'c', 136, null, DeviceAccess.All, null), // pts
        new(true, 'c', 5, 2, DeviceAccess.All, null), // ptmx
        new(true, 'c', 10, 200, DeviceAccess.All, null), // tun
    ];

    /// <summary>It covers every device and every access.</summary>
    internal bool IsEverything => this is { Type: 'a', Major: null, Minor: null, Access: DeviceAccess.All };

    /// <summary>
    /// The rules of a container: all is denied, then the spec's rules in order, then the runtime's own, as in runc. So a spec without
    /// rules allows the default devices and no others.
    /// </summary>
    internal static List<DeviceRule> Effective(List<OciDeviceRule>? rules)
    {
        var list = new List<DeviceRule>((rules?.Count ?? 0) + s_defaults.Length + 1) { s_denyAll };
        for (int i = 0; i < rules?.Count; i++)
            list.Add(Parse(rules[i], Spec.Schema.SpecPointer.Item(Pointer, i)));
        list.AddRange(s_defaults);
        return list;
    }

    /// <summary>True when the rules deny nothing.</summary>
    internal static bool AllowEverything(List<DeviceRule> rules)
    {
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].IsEverything || !rules[i].Allow)
                return rules[i].Allow;
        }

        return false;
    }

    /// <summary>Reads one rule of the configuration.</summary>
    /// <exception cref="OciException">InvalidSpec.</exception>
    internal static DeviceRule Parse(OciDeviceRule rule, string pointer)
    {
        char type = rule.Type switch
        {
            null or "" or "a" => 'a',
            "b" => 'b',
            "c" or "u" => 'c',
            _ => throw Invalid($"device type \"{rule.Type}\" is not one of a, b, c", pointer + "/type"),
        };
        DeviceAccess access = DeviceAccess.None;
        foreach (char letter in rule.Access ?? string.Empty)
        {
            access |= letter switch
            {
                'r' => DeviceAccess.Read,
                'w' => DeviceAccess.Write,
                'm' => DeviceAccess.Mknod,
                _ => DeviceAccess.None,
            };
        }
        if (access == DeviceAccess.None && !string.IsNullOrEmpty(rule.Access))
            throw Invalid($"device access \"{rule.Access}\" has none of r, w and m", pointer + "/access");

        return new(rule.Allow, type, Number(rule.Major, pointer + "/major"), Number(rule.Minor, pointer + "/minor"), access == 0 ? DeviceAccess.All : access, pointer);
    }

    // -1 is a wildcard too: engines write it.
    private static long? Number(long? number, string pointer) => number switch
    {
        null or -1 => null,
        >= 0 and <= uint.MaxValue => number,
        _ => throw Invalid(string.Create(CultureInfo.InvariantCulture, $"{number} is not a device number"), pointer),
    };

    private static OciException Invalid(string message, string pointer) =>
        new(OciErrorCode.InvalidSpec, "linux.resources.devices: " + message) { Step = "cgroup", SpecPointer = pointer };
}
