using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>One rule for device access; later rules win over earlier ones.</summary>
/// <param name="Allow">Allow or deny.</param>
/// <param name="Type">'a', 'b' or 'c'.</param>
/// <param name="Major">Major number, or null for all.</param>
/// <param name="Minor">Minor number, or null for all.</param>
/// <param name="Access">Combination of r, w and m.</param>
/// <param name="SpecPointer">The property that asks for it, or null for the runtime's own.</param>
internal sealed record DeviceRule(bool Allow, char Type, long? Major, long? Minor, string Access, string? SpecPointer)
{
    /// <summary>What a container can always use: mknod of anything, and the default nodes (config-linux.md, Default Devices; tun as every runtime).</summary>
    private static readonly DeviceRule[] Defaults =
    [
        new(true, 'c', null, null, "m", null),
        new(true, 'b', null, null, "m", null),
        new(true, 'c', 1, 3, "rwm", null), // null
        new(true, 'c', 1, 5, "rwm", null), // zero
        new(true, 'c', 1, 7, "rwm", null), // full
        new(true, 'c', 1, 8, "rwm", null), // random
        new(true, 'c', 1, 9, "rwm", null), // urandom
        new(true, 'c', 5, 0, "rwm", null), // tty
        new(true, 'c', 5, 1, "rwm", null), // console
        new(true, 'c', 136, null, "rwm", null), // pts
        new(true, 'c', 5, 2, "rwm", null), // ptmx
        new(true, 'c', 10, 200, "rwm", null), // tun
    ];

    /// <summary>The rules of a spec, the runtime's own included; empty when the spec has none, and everything is allowed.</summary>
    internal static List<DeviceRule> From(List<OciDeviceRule>? rules)
    {
        var list = new List<DeviceRule>();
        if (rules is not { Count: > 0 })
            return list;
        int first = 0;
        // "deny all" comes first as a rule; what the runtime allows stands between it and the spec's other rules.
        if (IsEverything(rules[0]) && !rules[0].Allow)
        {
            list.Add(Parse(rules[0], 0));
            first = 1;
        }

        list.AddRange(Defaults);
        for (int i = first; i < rules.Count; i++)
            list.Add(Parse(rules[i], i));
        return list;
    }

    /// <summary>As devices.allow and devices.deny want it (cgroup-v1/devices).</summary>
    internal string ToV1() => string.Create(CultureInfo.InvariantCulture, $"{Type} {Star(Major)}:{Star(Minor)} {Access}");

    private static string Star(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";

    private static bool IsEverything(OciDeviceRule rule) => rule.Type is null or "" or "a" && rule.Major is null or -1 && rule.Minor is null or -1;

    private static DeviceRule Parse(OciDeviceRule rule, int index)
    {
        string pointer = $"/linux/resources/devices/{index}";
        char type = rule.Type switch
        {
            null or "" or "a" => 'a',
            "b" => 'b',
            "c" or "u" => 'c',
            _ => throw Invalid($"device type \"{rule.Type}\" is none of a, b, c", pointer + "/type"),
        };
        string access = string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access;
        foreach (char letter in access)
        {
            if (letter is not ('r' or 'w' or 'm'))
                throw Invalid($"device access \"{access}\" has other letters than r, w and m", pointer + "/access");
        }

        return new(rule.Allow, type, rule.Major is -1 ? null : rule.Major, rule.Minor is -1 ? null : rule.Minor, access, pointer);
    }

    private static OciException Invalid(string message, string pointer) =>
        new(OciErrorCode.InvalidSpec, "linux.resources.devices: " + message) { Step = "cgroup", SpecPointer = pointer };
}
