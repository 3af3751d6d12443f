namespace OciRuntime.Core.Spec.Schema;

/// <summary>The top level, mounts and hooks (config.md).</summary>
internal static class SpecSchema
{
    public static void Spec(SpecFields f, OciSpec s)
    {
        s.OciVersion = f.Text("ociVersion", s.OciVersion);
        s.Process = f.Object("process", s.Process, ProcessSchema.Process);
        s.Root = f.Object("root", s.Root, Root);
        s.Hostname = f.Text("hostname", s.Hostname);
        s.Domainname = f.Text("domainname", s.Domainname);
        s.Mounts = f.Objects("mounts", s.Mounts, Mount);
        s.Hooks = f.Object("hooks", s.Hooks, Hooks);
        s.Annotations = f.TextMap("annotations", s.Annotations);
        s.Linux = f.Object("linux", s.Linux, LinuxSchema.Linux);
        f.Foreign("solaris");
        f.Foreign("windows");
        f.Foreign("vm");
        f.Foreign("zos");
        f.Foreign("freebsd");
    }

    private static void Root(SpecFields f, OciRoot r)
    {
        r.Path = f.RequiredText("path", r.Path);
        r.Readonly = f.Flag("readonly", r.Readonly);
    }

    private static void Mount(SpecFields f, OciMount m)
    {
        m.Destination = f.RequiredText("destination", m.Destination);
        m.Type = f.Text("type", m.Type);
        m.Source = f.Text("source", m.Source);
        m.Options = f.Texts("options", m.Options);
        m.UidMappings = f.Objects("uidMappings", m.UidMappings, IdMapping);
        m.GidMappings = f.Objects("gidMappings", m.GidMappings, IdMapping);
    }

    public static void IdMapping(SpecFields f, OciIdMapping m)
    {
        m.ContainerID = f.RequiredUInt32("containerID", m.ContainerID);
        m.HostID = f.RequiredUInt32("hostID", m.HostID);
        m.Size = f.RequiredUInt32("size", m.Size);
    }

    private static void Hooks(SpecFields f, OciHooks h)
    {
        h.Prestart = f.Objects("prestart", h.Prestart, Hook);
        h.CreateRuntime = f.Objects("createRuntime", h.CreateRuntime, Hook);
        h.CreateContainer = f.Objects("createContainer", h.CreateContainer, Hook);
        h.StartContainer = f.Objects("startContainer", h.StartContainer, Hook);
        h.Poststart = f.Objects("poststart", h.Poststart, Hook);
        h.Poststop = f.Objects("poststop", h.Poststop, Hook);
    }

    private static void Hook(SpecFields f, OciHook h)
    {
        h.Path = f.RequiredText("path", h.Path);
        h.Args = f.Texts("args", h.Args);
        h.Env = f.Texts("env", h.Env, emptyCounts: true); // an absent one is not the same as an empty one
        h.Timeout = f.Int32("timeout", h.Timeout);
    }
}
