namespace OciRuntime.Core.Spec.Schema;

/// <summary>linux without resources and seccomp (config-linux.md).</summary>
internal static class LinuxSchema
{
    public static void Linux(SpecFields f, OciLinux l)
    {
        l.UidMappings = f.Objects("uidMappings", l.UidMappings, SpecSchema.IdMapping);
        l.GidMappings = f.Objects("gidMappings", l.GidMappings, SpecSchema.IdMapping);
        l.Sysctl = f.TextMap("sysctl", l.Sysctl);
        l.Resources = f.Object("resources", l.Resources, ResourcesSchema.Resources);
        l.CgroupsPath = f.Text("cgroupsPath", l.CgroupsPath);
        l.Namespaces = f.Objects("namespaces", l.Namespaces, Namespace);
        l.Devices = f.Objects("devices", l.Devices, Device);
        l.NetDevices = f.ObjectMap("netDevices", l.NetDevices, NetDevice);
        l.Seccomp = f.Object("seccomp", l.Seccomp, SeccompSchema.Seccomp);
        l.RootfsPropagation = f.Text("rootfsPropagation", l.RootfsPropagation);
        l.MaskedPaths = f.Texts("maskedPaths", l.MaskedPaths);
        l.ReadonlyPaths = f.Texts("readonlyPaths", l.ReadonlyPaths);
        l.MountLabel = f.Text("mountLabel", l.MountLabel);
        l.IntelRdt = f.Object("intelRdt", l.IntelRdt, IntelRdt);
        l.MemoryPolicy = f.Object("memoryPolicy", l.MemoryPolicy, MemoryPolicy);
        l.Personality = f.Object("personality", l.Personality, Personality);
        l.TimeOffsets = f.ObjectMap("timeOffsets", l.TimeOffsets, TimeOffset);
    }

    private static void Namespace(SpecFields f, OciNamespace n)
    {
        n.Type = f.RequiredText("type", n.Type);
        n.Path = f.Text("path", n.Path);
    }

    private static void Device(SpecFields f, OciDevice d)
    {
        d.Path = f.RequiredText("path", d.Path);
        d.Type = f.RequiredText("type", d.Type);
        d.Major = f.Int64("major", d.Major);
        d.Minor = f.Int64("minor", d.Minor);
        d.FileMode = f.UInt32("fileMode", d.FileMode);
        d.Uid = f.UInt32("uid", d.Uid);
        d.Gid = f.UInt32("gid", d.Gid);
    }

    private static void NetDevice(SpecFields f, OciNetDevice d) => d.Name = f.Text("name", d.Name);

    private static void IntelRdt(SpecFields f, OciIntelRdt r)
    {
        r.ClosID = f.Text("closID", r.ClosID);
        r.Schemata = f.Texts("schemata", r.Schemata);
        r.L3CacheSchema = f.Text("l3CacheSchema", r.L3CacheSchema);
        r.MemBwSchema = f.Text("memBwSchema", r.MemBwSchema);
        r.EnableMonitoring = f.OptionalFlag("enableMonitoring", r.EnableMonitoring);
    }

    private static void MemoryPolicy(SpecFields f, OciMemoryPolicy p)
    {
        p.Mode = f.RequiredText("mode", p.Mode);
        p.Nodes = f.Text("nodes", p.Nodes) ?? string.Empty;
        p.Flags = f.Texts("flags", p.Flags);
    }

    private static void Personality(SpecFields f, OciPersonality p)
    {
        p.Domain = f.RequiredText("domain", p.Domain);
        p.Flags = f.Texts("flags", p.Flags);
    }

    private static void TimeOffset(SpecFields f, OciTimeOffset o)
    {
        o.Secs = f.Int64("secs", o.Secs == 0 ? null : o.Secs) ?? 0;
        o.Nanosecs = f.UInt32("nanosecs", o.Nanosecs == 0 ? null : o.Nanosecs) ?? 0;
    }
}
