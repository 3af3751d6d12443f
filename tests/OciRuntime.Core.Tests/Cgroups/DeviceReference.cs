using OciRuntime.Core.Cgroups;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>What rules mean: each access is decided by the last rule that speaks of it, and one that no rule speaks of is denied.</summary>
internal static class DeviceReference
{
    public static readonly DeviceRule DenyAll = new(false, 'a', null, null, DeviceAccess.All, null);

    public static bool Allows(IEnumerable<DeviceRule> rules, char type, uint major, uint minor, DeviceAccess access)
    {
        foreach (DeviceAccess bit in new[] { DeviceAccess.Mknod, DeviceAccess.Read, DeviceAccess.Write })
        {
            DeviceRule? last = rules.LastOrDefault(rule => (rule.Type == 'a' || rule.Type == type)
                && (rule.Major ?? major) == major && (rule.Minor ?? minor) == minor && rule.Access.HasFlag(bit));
            if (access.HasFlag(bit) && last is not { Allow: true })
                return false;
        }

        return true;
    }

    public static DeviceRule Random(Random random, string pointer = "/x") => new(
        random.Next(2) == 0,
        "abc"[random.Next(3)],
        random.Next(2) == 0 ? null : random.Next(3),
        random.Next(2) == 0 ? null : random.Next(3),
        (DeviceAccess)random.Next(1, 8),
        pointer);
}
