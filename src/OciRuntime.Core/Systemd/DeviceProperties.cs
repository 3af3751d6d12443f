using System.Globalization;
using OciRuntime.Bus;
using OciRuntime.Core.Cgroups;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// Device rules as DevicePolicy and DeviceAllow (systemd.resource-control(5)), which can only allow. On v2 systemd's program runs next to
/// ours and both must agree, so a rule that it can't express is allowed there and refused by ours. On v1 there is one list, and ours is written last.
/// </summary>
internal static class DeviceProperties
{
    private static readonly string[] s_letters = ["", "m", "r", "rm", "w", "wm", "rw", "rwm"];

    internal static List<UnitProperty> Of(IEnumerable<DeviceRule> rules, bool unified)
    {
        DeviceAccessList list = DeviceAccessList.Of(rules, lenient: unified);
        var nothing = new UnitProperty("DeviceAllow", new BusVariant("a(ss)", Array.Empty<object>())); // clears earlier entries
        if (list.AllowsByDefault)
            return [new("DevicePolicy", "auto"), nothing];
        var allow = new Dictionary<string, DeviceAccess>();
        foreach (((char type, long? major, long? minor), DeviceAccess access) in list.Exceptions)
        {
            if (Pattern(type, major, minor, unified) is { } pattern)
                allow[pattern] = allow.GetValueOrDefault(pattern) | access;
        }

        object[] entries = [.. allow.Select(static pair => new object[] { pair.Key, s_letters[(int)pair.Value] })];
        return [new("DevicePolicy", "strict"), nothing, new("DeviceAllow", new BusVariant("a(ss)", entries))];
    }

    private static string? Pattern(char type, long? major, long? minor, bool unified)
    {
        string kind = type == 'b' ? "block" : "char";
        return (major, minor) switch
        {
            ({ } first, { } second) => string.Create(CultureInfo.InvariantCulture, $"/dev/{kind}/{first}:{second}"),
            ({ } first, null) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{first}"),
            (null, null) => kind + "-*",
            _ => unified ? kind + "-*" : null,
        };
    }
}
