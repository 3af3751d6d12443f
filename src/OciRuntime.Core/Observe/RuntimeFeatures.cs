using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Cgroups.Systemd;
using OciRuntime.Core.Host;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Observe;

/// <summary>What this build can do, as the runtime-spec's features structure (features.md, features-linux.md).</summary>
public static class RuntimeFeatures
{
    // Those that change what the runtime does; a dot at the end stands for all that begin so (features.md).
    private static readonly string[] s_unsafeAnnotations = [PropertyAnnotations.Prefix];

    /// <summary>Options of mounts[].options that have a meaning of their own; every other one is passed to the filesystem.</summary>
    public static IReadOnlyList<string> KnownMountOptions { get; } = [.. MountOptions.Known];

    /// <summary>
    /// The structure as indented JSON, UTF-8. Namespaces, capabilities, supported seccomp flags, the rdma controller, AppArmor, SELinux
    /// and Intel RDT are those that the running kernel has as well; everything else is what the runtime can do anywhere, as the runtime-spec has it.
    /// </summary>
    public static byte[] ToJson() => ToJson(new KernelFacts(string.Empty));

    internal static byte[] ToJson(KernelFacts kernel)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 4, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("ociVersionMin", "1.0.0");
            writer.WriteString("ociVersionMax", SpecVersion.Current);
            Array(writer, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
            Array(writer, "mountOptions", MountOptions.Known);
            writer.WriteStartObject("linux");
            Array(writer, "namespaces", NamespaceRules.Names.Where(type => kernel.HasNamespace(NamespaceRules.FileOf(type))).Order(StringComparer.Ordinal));
            Array(writer, "capabilities", CapabilityNames.All.Take(kernel.LastCapability + 1));
            WriteCgroup(writer, kernel);
            WriteSeccomp(writer);
            Enabled(writer, "apparmor", kernel.AppArmor || !kernel.HasSysfs);
            Enabled(writer, "selinux", kernel.SELinux || !kernel.HasSysfs);
            bool resctrl = kernel.HasFilesystem("resctrl");
            writer.WriteStartObject("intelRdt");
            writer.WriteBoolean("enabled", resctrl);
            writer.WriteBoolean("schemata", resctrl);
            writer.WriteBoolean("monitoring", resctrl);
            writer.WriteEndObject();
            writer.WriteStartObject("memoryPolicy");
            Array(writer, "modes", MemoryPolicyNames.Modes);
            Array(writer, "flags", MemoryPolicyNames.Flags);
            writer.WriteEndObject();
            writer.WriteStartObject("mountExtensions");
            Enabled(writer, "idmap", true);
            writer.WriteEndObject();
            Enabled(writer, "netDevices", true);
            writer.WriteEndObject();
            writer.WriteStartObject("annotations");
            writer.WriteString("org.opencontainers.runc.checkpoint.enabled", "false");
            writer.WriteEndObject();
            Array(writer, "potentiallyUnsafeConfigAnnotations", s_unsafeAnnotations);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteCgroup(Utf8JsonWriter writer, KernelFacts kernel)
    {
        writer.WriteStartObject("cgroup");
        writer.WriteBoolean("v1", true);
        writer.WriteBoolean("v2", true);
        writer.WriteBoolean("systemd", true);
        writer.WriteBoolean("systemdUser", true);
        writer.WriteBoolean("rdma", kernel.HasCgroupController("rdma"));
        writer.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("seccomp");
        writer.WriteBoolean("enabled", true);
        Array(writer, "actions", SeccompAction.AllNames.ToArray());
        Array(writer, "operators", SeccompCondition.OperatorNames.ToArray());
        Array(writer, "archs", SeccompArch.AllNames.ToArray());
        Array(writer, "knownFlags", SeccompFlags.AllNames);
        Array(writer, "supportedFlags", SeccompFlags.Supported);
        writer.WriteEndObject();
    }

    private static void Enabled(Utf8JsonWriter writer, string name, bool enabled)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("enabled", enabled);
        writer.WriteEndObject();
    }

    private static void Array(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
