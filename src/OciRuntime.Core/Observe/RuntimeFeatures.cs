using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;

namespace OciRuntime.Core.Observe;

/// <summary>What this build can do, as the runtime-spec's features structure (features.md, features-linux.md).</summary>
internal static class RuntimeFeatures
{
    // Annotations that change what the runtime does; a trailing dot stands for all with that prefix (features.md).
    private static readonly string[] s_unsafeAnnotations = [PropertyAnnotations.Prefix, CriuSettings.ConfigFileAnnotation, CrunAnnotations.Prefix];

    /// <summary>Options of mounts[].options that the runtime itself interprets; all others are passed to the filesystem.</summary>
    public static IReadOnlyList<string> KnownMountOptions { get; } = [.. MountOptions.Known];

    /// <summary>Types of linux.namespaces, and what each separates.</summary>
    public static IReadOnlyList<(string Type, string Separates)> KnownNamespaces { get; } = [.. NamespaceKind.All.Select(static kind => (kind.Type, kind.Separates))];

    /// <summary>
    /// The structure. Namespaces, capabilities, supported seccomp flags, the rdma controller, AppArmor, SELinux and Intel RDT are limited to those
    /// that the running kernel has; everything else is what the runtime can do anywhere, as the runtime-spec says.
    /// </summary>
    public static OciRuntimeFeature Get() => Get(new KernelFacts(string.Empty));

    /// <summary>The same as indented JSON, UTF-8, with the runtime-spec's names.</summary>
    public static byte[] ToJson() => ToJson(new KernelFacts(string.Empty));

    internal static byte[] ToJson(KernelFacts kernel) => Write(Get(kernel));

    private static OciRuntimeFeature Get(KernelFacts kernel)
    {
        bool resctrl = kernel.HasFilesystem("resctrl");
        return new OciRuntimeFeature
        {
            OciVersionMin = "1.0.0",
            OciVersionMax = SpecVersion.Current,
            Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
            MountOptions = KnownMountOptions,
            Linux = new OciLinuxFeature
            {
                Namespaces = [.. NamespaceKind.All.Where(kind => kernel.HasNamespace(kind.File)).Select(static kind => kind.Type).Order(StringComparer.Ordinal)],
                Capabilities = [.. CapabilityNames.All.Take(kernel.LastCapability + 1)],
                Cgroup = new OciCgroupFeature { V1 = true, V2 = true, Systemd = true, SystemdUser = true, Rdma = kernel.HasCgroupController("rdma") },
                Seccomp = new OciSeccompFeature
                {
                    Enabled = true,
                    Actions = [.. SeccompAction.AllNames],
                    Operators = [.. SeccompCondition.OperatorNames],
                    Archs = [.. SeccompArch.AllNames],
                    KnownFlags = [.. SeccompFlags.AllNames],
                    SupportedFlags = [.. SeccompFlags.Supported],
                },
                Apparmor = new OciFeatureSwitch { Enabled = kernel.AppArmor || !kernel.HasSysfs },
                Selinux = new OciFeatureSwitch { Enabled = kernel.SELinux || !kernel.HasSysfs },
                IntelRdt = new OciIntelRdtFeature { Enabled = resctrl, Schemata = resctrl, Monitoring = resctrl },
                MemoryPolicy = new OciMemoryPolicyFeature { Modes = MemoryPolicyNames.Modes, Flags = MemoryPolicyNames.Flags },
                MountExtensions = new OciMountExtensionFeature { Idmap = new OciFeatureSwitch { Enabled = true } },
                NetDevices = new OciFeatureSwitch { Enabled = true },
            },
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["org.opencontainers.runc.checkpoint.enabled"] = "true" },
            PotentiallyUnsafeConfigAnnotations = s_unsafeAnnotations,
        };
    }

    private static byte[] Write(OciRuntimeFeature features)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder, Indented = true, IndentSize = 4, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("ociVersionMin", features.OciVersionMin);
            writer.WriteString("ociVersionMax", features.OciVersionMax);
            Array(writer, "hooks", features.Hooks);
            Array(writer, "mountOptions", features.MountOptions);
            WriteLinux(writer, features.Linux);
            writer.WriteStartObject("annotations");
            foreach ((string name, string value) in features.Annotations)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            Array(writer, "potentiallyUnsafeConfigAnnotations", features.PotentiallyUnsafeConfigAnnotations);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteLinux(Utf8JsonWriter writer, OciLinuxFeature linux)
    {
        writer.WriteStartObject("linux");
        Array(writer, "namespaces", linux.Namespaces);
        Array(writer, "capabilities", linux.Capabilities);
        WriteCgroup(writer, linux.Cgroup);
        WriteSeccomp(writer, linux.Seccomp);
        Enabled(writer, "apparmor", linux.Apparmor);
        Enabled(writer, "selinux", linux.Selinux);
        writer.WriteStartObject("intelRdt");
        writer.WriteBoolean("enabled", linux.IntelRdt.Enabled);
        writer.WriteBoolean("schemata", linux.IntelRdt.Schemata);
        writer.WriteBoolean("monitoring", linux.IntelRdt.Monitoring);
        writer.WriteEndObject();
        writer.WriteStartObject("memoryPolicy");
        Array(writer, "modes", linux.MemoryPolicy.Modes);
        Array(writer, "flags", linux.MemoryPolicy.Flags);
        writer.WriteEndObject();
        writer.WriteStartObject("mountExtensions");
        Enabled(writer, "idmap", linux.MountExtensions.Idmap);
        writer.WriteEndObject();
        Enabled(writer, "netDevices", linux.NetDevices);
        writer.WriteEndObject();
    }

    private static void WriteCgroup(Utf8JsonWriter writer, OciCgroupFeature cgroup)
    {
        writer.WriteStartObject("cgroup");
        writer.WriteBoolean("v1", cgroup.V1);
        writer.WriteBoolean("v2", cgroup.V2);
        writer.WriteBoolean("systemd", cgroup.Systemd);
        writer.WriteBoolean("systemdUser", cgroup.SystemdUser);
        writer.WriteBoolean("rdma", cgroup.Rdma);
        writer.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter writer, OciSeccompFeature seccomp)
    {
        writer.WriteStartObject("seccomp");
        writer.WriteBoolean("enabled", seccomp.Enabled);
        Array(writer, "actions", seccomp.Actions);
        Array(writer, "operators", seccomp.Operators);
        Array(writer, "archs", seccomp.Archs);
        Array(writer, "knownFlags", seccomp.KnownFlags);
        Array(writer, "supportedFlags", seccomp.SupportedFlags);
        writer.WriteEndObject();
    }

    private static void Enabled(Utf8JsonWriter writer, string name, OciFeatureSwitch feature)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("enabled", feature.Enabled);
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
