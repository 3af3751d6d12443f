using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.namespaces and the properties that need one: host name, id maps, time offsets, hidden paths, network devices.</summary>
internal static class NamespaceRules
{
    private const string Namespaces = "/linux/namespaces";
    private const int HostNameMax = 64;

    private static readonly string[] s_clocks = ["monotonic", "boottime"];

    /// <summary>A hint for an unknown type, or null. The kernel has other names for some types.</summary>
    public static string? Hint(string type) =>
        NearestName.Find(type, [.. NamespaceKind.Types, .. NamespaceKind.All.Select(static kind => kind.File)]) is { } near
            ? $"did you mean \"{Array.Find(NamespaceKind.All, kind => kind.Type == near || kind.File == near)!.Type}\"?"
            : null;

    /// <summary>The namespace of a type, or null.</summary>
    public static OciNamespace? Find(OciSpec spec, string type)
    {
        foreach (OciNamespace ns in spec.Linux?.Namespaces ?? [])
            if (ns.Type == type)
                return ns;
        return null;
    }

    public static void Check(OciSpec spec, SpecProblems problems)
    {
        Types(spec.Linux?.Namespaces, problems);
        HostNames(spec, problems);
        if (spec.Linux is not { } linux)
            return;
        UserNamespace(spec, linux, problems);
        TimeNamespace(spec, linux, problems);
        HiddenPaths(spec, linux, problems);
        NetDevices(spec, linux, problems);
    }

    private static void Types(List<OciNamespace>? namespaces, SpecProblems problems)
    {
        uint seen = 0;
        for (int i = 0; i < namespaces?.Count; i++)
        {
            OciNamespace ns = namespaces[i];
            string pointer = SpecPointer.Item(Namespaces, i);
            int type = Array.IndexOf(NamespaceKind.Types, ns.Type);
            if (type < 0)
            {
                problems.OneOf(pointer + "/type", "namespace type", ns.Type ?? string.Empty, NamespaceKind.Types, Hint(ns.Type ?? string.Empty));
                continue;
            }
            if ((seen & (1u << type)) != 0)
                problems.Add(pointer, $"the {ns.Type} namespace is given twice");
            seen |= 1u << type;
            if (!string.IsNullOrEmpty(ns.Path))
                problems.AbsolutePath(pointer + "/path", ns.Path);
        }
    }

    private static void HostNames(OciSpec spec, SpecProblems problems)
    {
        HostName(spec, spec.Hostname, "hostname", problems);
        HostName(spec, spec.Domainname, "domainname", problems);
    }

    private static void HostName(OciSpec spec, string? value, string property, SpecProblems problems)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (Find(spec, "uts") is null)
            problems.Add("/" + property, $"{property} needs a uts namespace of the container's own", $"add {{\"type\": \"uts\"}} to {Namespaces}, or remove {property}", Refusal.NameWithoutUtsNamespace, property);
        if (System.Text.Encoding.UTF8.GetByteCount(value) > HostNameMax)
            problems.Add("/" + property, $"must be at most {HostNameMax} bytes");
        problems.NoNul("/" + property, value);
    }

    private static void UserNamespace(OciSpec spec, OciLinux linux, SpecProblems problems)
    {
        bool mapped = linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 };
        OciNamespace? user = Find(spec, "user");
        if (user is null)
        {
            if (mapped)
                problems.Add(linux.UidMappings is { Count: > 0 } ? "/linux/uidMappings" : "/linux/gidMappings", "mappings need a user namespace, but linux.namespaces has none", refusal: Refusal.MapsWithoutUserNamespace);
        }
        else if (string.IsNullOrEmpty(user.Path)) // for a joined namespace engines repeat its mappings, which are checked after joining
        {
            if (linux.UidMappings is not { Count: > 0 })
                problems.Add("/linux/uidMappings", "a new user namespace needs uid mappings");
            if (linux.GidMappings is not { Count: > 0 })
                problems.Add("/linux/gidMappings", "a new user namespace needs gid mappings");
        }
        IdMap.Check("/linux/uidMappings", linux.UidMappings, problems);
        IdMap.Check("/linux/gidMappings", linux.GidMappings, problems);
    }

    private static void TimeNamespace(OciSpec spec, OciLinux linux, SpecProblems problems)
    {
        if (linux.TimeOffsets is not { Count: > 0 } offsets)
            return;
        OciNamespace? time = Find(spec, "time");
        if (time is null)
            problems.Add("/linux/timeOffsets", "offsets need a time namespace, but linux.namespaces has none", refusal: Refusal.OffsetsWithoutTimeNamespace);
        else if (!string.IsNullOrEmpty(time.Path))
            problems.Add("/linux/timeOffsets", "the time namespace that is joined already has offsets", refusal: Refusal.OffsetsOfJoinedNamespace);
        foreach ((string clock, OciTimeOffset offset) in offsets)
        {
            string pointer = SpecPointer.Property("/linux/timeOffsets", clock);
            problems.OneOf(pointer, "clock", clock, s_clocks);
            if (offset.Nanosecs > 999_999_999)
                problems.Add(pointer + "/nanosecs", $"must be below 1000000000, found {offset.Nanosecs}");
        }
    }

    private static void HiddenPaths(OciSpec spec, OciLinux linux, SpecProblems problems)
    {
        HiddenPaths(spec, linux.MaskedPaths, "/linux/maskedPaths", problems);
        HiddenPaths(spec, linux.ReadonlyPaths, "/linux/readonlyPaths", problems);
    }

    private static void HiddenPaths(OciSpec spec, List<string>? paths, string at, SpecProblems problems)
    {
        if (paths is not { Count: > 0 })
            return;
        if (Find(spec, "mount") is null)
            problems.Add(at, "hiding paths needs a mount namespace of the container's own, but linux.namespaces has none", refusal: Refusal.PathsWithoutMountNamespace);
        for (int i = 0; i < paths.Count; i++)
        {
            if (string.IsNullOrEmpty(paths[i]))
                problems.Add(SpecPointer.Item(at, i), "must not be empty");
            problems.NoNul(SpecPointer.Item(at, i), paths[i]);
        }
    }

    private static void NetDevices(OciSpec spec, OciLinux linux, SpecProblems problems)
    {
        if (linux.NetDevices is not { Count: > 0 } devices)
            return;
        if (Find(spec, "network") is null)
            problems.Add("/linux/netDevices", "moving devices needs a network namespace of the container's own, but linux.namespaces has none", refusal: Refusal.DevicesWithoutNetworkNamespace);
        foreach ((string name, OciNetDevice device) in devices)
        {
            string pointer = SpecPointer.Property("/linux/netDevices", name);
            if (!IsInterfaceName(name))
                problems.Add(pointer, $"\"{name}\" is not a valid name of a network device");
            if (!string.IsNullOrEmpty(device.Name) && !IsInterfaceName(device.Name))
                problems.Add(pointer + "/name", $"\"{device.Name}\" is not a valid name of a network device");
        }
    }

    // dev_valid_name() of the kernel; IFNAMSIZ counts the NUL.
    private static bool IsInterfaceName(string name)
    {
        if (name.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(name) > 15 || name is "." or "..")
            return false;
        foreach (char c in name)
            if (c is '/' or ':' or '\0' || char.IsWhiteSpace(c))
                return false;
        return true;
    }
}
