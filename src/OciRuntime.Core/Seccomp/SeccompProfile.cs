using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>
/// Seccomp profiles in the format of container engines: rules for several architectures, some of them only with a capability or from a kernel
/// version on. Resolved for a container they become the runtime-spec's linux.seccomp.
/// </summary>
internal static class SeccompProfile
{
    private const string Docker = "OciRuntime.Core.Seccomp.Profiles.docker.json";

    /// <summary>Where Podman's package puts its profile.</summary>
    public const string PodmanFile = "/usr/share/containers/seccomp.json";

    /// <summary>The names of all system calls, in ordinal order.</summary>
    public static IEnumerable<string> SyscallNames => SyscallTable.AllNames;

    /// <summary>Docker's default profile for a set of capabilities.</summary>
    /// <param name="capabilities">The container's bounding set, as CAP_NAMEs.</param>
    public static OciSeccomp OfDocker(IReadOnlyCollection<string> capabilities)
    {
        using Stream stream = typeof(SeccompProfile).Assembly.GetManifestResourceStream(Docker)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Resolve(copy.ToArray(), "docker", capabilities);
    }

    /// <summary>A profile from a file: an engine's profile, or one that is already in the form of linux.seccomp.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="capabilities">The container's bounding set, as CAP_NAMEs.</param>
    /// <exception cref="OciException">FileNotFound, InvalidSpec.</exception>
    public static OciSeccomp OfFile(string path, IReadOnlyCollection<string> capabilities) => Resolve(SpecFile.ReadAll(path), path, capabilities);

    /// <summary>Reads a profile and takes the rules that apply to this machine and these capabilities.</summary>
    /// <param name="utf8">JSON.</param>
    /// <param name="name">For messages.</param>
    /// <param name="capabilities">The container's bounding set, as CAP_NAMEs.</param>
    /// <exception cref="OciException">InvalidSpec: it is not a profile.</exception>
    public static OciSeccomp Resolve(ReadOnlySpan<byte> utf8, string name, IReadOnlyCollection<string> capabilities)
    {
        JsonObject profile = Parse(utf8, name);
        try
        {
            if (profile["archMap"] is JsonArray map)
                profile["architectures"] = Architectures(map);
            profile.Remove("archMap");
            var rules = new JsonArray();
            foreach (JsonNode? rule in profile["syscalls"] as JsonArray ?? [])
            {
                if (rule is not JsonObject one || !Fits(one, capabilities))
                    continue;
                if (one["name"]?.DeepClone() is { } single)
                    one["names"] ??= new JsonArray(single);
                foreach (string extra in (string[])["name", "comment", "includes", "excludes"])
                    one.Remove(extra);
                // null and an empty list mean the same; the runtime-spec allows only one of them.
                if (one["args"] is null or JsonArray { Count: 0 })
                    one.Remove("args");
                rules.Add(one.DeepClone());
            }
            profile["syscalls"] = rules;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw NotAProfile(name, e);
        }
        return AsSpec(profile, name);
    }

    /// <summary>The profile as JSON, in the form of linux.seccomp, which engines accept too.</summary>
    /// <param name="seccomp">The profile.</param>
    public static byte[] Write(OciSeccomp seccomp)
    {
        byte[] spec = SpecWriter.Write(new OciSpec { OciVersion = SpecVersion.Current, Linux = new OciLinux { Seccomp = seccomp } });
        using var document = JsonDocument.Parse(spec);
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JsonEscapes.Encoder, Indented = true }))
            document.RootElement.GetProperty("linux").GetProperty("seccomp").WriteTo(writer);
        return bytes.ToArray();
    }

    private static JsonObject Parse(ReadOnlySpan<byte> utf8, string name)
    {
        try
        {
            return JsonNode.Parse(utf8, null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject ?? throw NotAProfile(name, null);
        }
        catch (JsonException e)
        {
            throw NotAProfile(name, e);
        }
    }

    // Goes through the configuration reader, which knows every property and refuses unknown ones.
    private static OciSeccomp AsSpec(JsonObject profile, string name)
    {
        var spec = new JsonObject { ["ociVersion"] = "1.2.0", ["linux"] = new JsonObject { ["seccomp"] = profile } };
        OciSeccomp? seccomp = SpecReader.Read(System.Text.Encoding.UTF8.GetBytes(spec.ToJsonString()), name).Linux?.Seccomp;
        return seccomp is { DefaultAction.Length: > 0 } ? seccomp : throw NotAProfile(name, null);
    }

    private static JsonArray Architectures(JsonArray map)
    {
        string? native = SeccompArch.Native?.Name;
        foreach (JsonNode? entry in map)
        {
            if ((string?)entry?["architecture"] == native)
                return new JsonArray([native, .. (entry?["subArchitectures"] as JsonArray ?? []).Select(static other => other?.DeepClone())]);
        }
        return [];
    }

    private static bool Fits(JsonObject rule, IReadOnlyCollection<string> capabilities)
    {
        JsonNode? with = rule["includes"], without = rule["excludes"];
        return (Texts(with, "arches") is not { Count: > 0 } arches || arches.Contains(Architecture)) && All(with, capabilities) && !Any(without, capabilities);
    }

    private static bool All(JsonNode? condition, IReadOnlyCollection<string> capabilities) =>
        Texts(condition, "caps").All(capabilities.Contains)
        && ((string?)condition?["minKernel"] is not { } kernel || HostFacts.Read().Kernel.Version >= Version.Parse(kernel));

    private static bool Any(JsonNode? condition, IReadOnlyCollection<string> capabilities) =>
        Texts(condition, "caps").Any(capabilities.Contains) || Texts(condition, "arches").Contains(Architecture)
        || ((string?)condition?["minKernel"] is { } kernel && HostFacts.Read().Kernel.Version >= Version.Parse(kernel));

    private static List<string> Texts(JsonNode? condition, string name) => [.. (condition?[name] as JsonArray ?? []).Select(static text => (string)text!)];

    // The architecture's name in profiles, which is Go's.
    private static string Architecture => SeccompArch.Native?.Name switch
    {
        "SCMP_ARCH_X86_64" => "amd64",
        "SCMP_ARCH_X86" => "x86",
        "SCMP_ARCH_AARCH64" => "arm64",
        "SCMP_ARCH_ARM" => "arm",
        "SCMP_ARCH_RISCV64" => "riscv64",
        "SCMP_ARCH_PPC64LE" => "ppc64le",
        "SCMP_ARCH_S390X" => "s390x",
        _ => string.Empty,
    };

    private static OciException NotAProfile(string name, Exception? inner) => new(OciErrorCode.InvalidSpec, $"{name}: this is not a seccomp profile: JSON with defaultAction and syscalls is expected", inner) { Object = name };
}
