using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Core.Observe;

/// <summary>What this build can do, as the runtime-spec's features structure (features.md, features-linux.md).</summary>
public static class RuntimeFeatures
{
    /// <summary>Options of mounts[].options that have a meaning of their own; every other one is passed to the filesystem.</summary>
    private static ReadOnlySpan<string> MountOptions => new[]
    {
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime", "nodev",
        "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime",
        "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime",
        "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow",
        "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "unbindable",
    };

    /// <summary>The structure as indented JSON, UTF-8.</summary>
    public static byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("ociVersionMin", "1.0.0");
            writer.WriteString("ociVersionMax", "1.3.0");
            Array(writer, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
            Array(writer, "mountOptions", MountOptions);
            writer.WriteStartObject("linux");
            Array(writer, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
            Array(writer, "capabilities", Spec.CapabilityNames.All.ToArray());
            WriteCgroup(writer);
            WriteSeccomp(writer);
            Enabled(writer, "apparmor", true);
            Enabled(writer, "selinux", true);
            writer.WriteStartObject("intelRdt");
            writer.WriteBoolean("enabled", true);
            writer.WriteBoolean("schemata", true);
            writer.WriteBoolean("monitoring", true);
            writer.WriteEndObject();
            writer.WriteStartObject("mountExtensions");
            Enabled(writer, "idmap", true);
            writer.WriteEndObject();
            Enabled(writer, "netDevices", true);
            writer.WriteEndObject();
            writer.WriteStartObject("annotations");
            writer.WriteString("org.opencontainers.runc.checkpoint.enabled", "false");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCgroup(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("cgroup");
        writer.WriteBoolean("v1", true);
        writer.WriteBoolean("v2", true);
        writer.WriteBoolean("systemd", true);
        writer.WriteBoolean("systemdUser", true);
        writer.WriteBoolean("rdma", true);
        writer.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("seccomp");
        writer.WriteBoolean("enabled", true);
        Array(writer, "actions", SeccompAction.AllNames);
        Array(writer, "operators", SeccompCondition.OperatorNames);
        Array(writer, "archs", SeccompArch.AllNames);
        Array(writer, "knownFlags", SeccompFlags.AllNames);
        Array(writer, "supportedFlags", SeccompFlags.AllNames);
        writer.WriteEndObject();
    }

    private static void Enabled(Utf8JsonWriter writer, string name, bool enabled)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("enabled", enabled);
        writer.WriteEndObject();
    }

    private static void Array(Utf8JsonWriter writer, string name, ReadOnlySpan<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
