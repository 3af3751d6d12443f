using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec;

/// <summary>
/// Reads configurations (runtime-spec 1.3, config.md) strictly: types, ranges and required properties. Unknown properties are
/// allowed and ignored, null counts as absent, in lists too, and the last of duplicate names counts. Every error is an <see cref="OciException"/>
/// with <see cref="OciErrorCode.InvalidSpec"/>, the JSON pointer, and what was expected and found; syntax errors name line and
/// column, both from 1.
/// </summary>
internal static class SpecReader
{
    /// <summary>Reads a config.json.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="fileName">Name for messages; <c>config.json</c> when null.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="OciException">InvalidSpec.</exception>
    public static OciSpec Read(ReadOnlySpan<byte> utf8, string? fileName = null) => ReadSpec(utf8.ToArray(), fileName ?? "config.json");

    /// <summary>Reads a config.json from a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="OciException">InvalidSpec; BundleNotFound when a config.json is missing, FileNotFound when another file is; PermissionDenied.</exception>
    public static OciSpec ReadFile(string path) => ReadSpec(SpecFile.ReadAll(path), path);

    /// <summary>Reads a process alone (<c>exec --process</c>).</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="fileName">Name for messages; <c>process.json</c> when null.</param>
    /// <returns>The process.</returns>
    /// <exception cref="OciException">InvalidSpec; pointers start at the process.</exception>
    public static OciProcess ReadProcess(ReadOnlySpan<byte> utf8, string? fileName = null) =>
        Parse<OciProcess>(utf8.ToArray(), fileName ?? "process.json", ProcessSchema.Process, findings: null);

    /// <summary>Reads resources alone (<c>update --resources</c>).</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="fileName">Name for messages; <c>resources.json</c> when null.</param>
    /// <returns>The resources.</returns>
    /// <exception cref="OciException">InvalidSpec; pointers start at the resources.</exception>
    public static OciResources ReadResources(ReadOnlySpan<byte> utf8, string? fileName = null) =>
        Parse<OciResources>(utf8.ToArray(), fileName ?? "resources.json", ResourcesSchema.Resources, findings: null);

    /// <summary>Reads a list of mounts alone (<c>mounts add</c>), in the form of config.json.</summary>
    /// <param name="utf8">The JSON: an array.</param>
    /// <param name="fileName">Name for messages; <c>mounts.json</c> when null.</param>
    /// <returns>The mounts.</returns>
    /// <exception cref="OciException">InvalidSpec; pointers start with /mounts.</exception>
    public static List<OciMount> ReadMounts(ReadOnlySpan<byte> utf8, string? fileName = null)
    {
        string source = fileName ?? "mounts.json";
        byte[] text = utf8.ToArray();
        using JsonDocument document = JsonText.Parse(text, source);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            throw InvalidSpec.Error(source, "/mounts", "mounts must be an array");
        byte[] whole = [.. "{\"mounts\":"u8, .. Utf8Text.Of(text).Span, .. "}"u8];
        return Parse<OciSpec>(whole, source, SpecSchema.Spec, findings: null).Mounts ?? [];
    }

    /// <summary>Reads as much as possible and reports findings instead of throwing; throws only if the text is not JSON.</summary>
    internal static OciSpec ReadAll(ReadOnlyMemory<byte> utf8, string source, ISpecFindings findings) =>
        Parse<OciSpec>(utf8, source, SpecSchema.Spec, findings);

    private static OciSpec ReadSpec(ReadOnlyMemory<byte> utf8, string source)
    {
        OciSpec spec = Parse<OciSpec>(utf8, source, SpecSchema.Spec, findings: null);
        if (SpecVersion.Problem(spec.OciVersion) is { } problem)
            throw InvalidSpec.Error(source, "/ociVersion", problem, refusal: Refusal.UnknownVersion, detail: problem);
        return spec;
    }

    private static T Parse<T>(ReadOnlyMemory<byte> utf8, string source, Action<SpecFields, T> schema, ISpecFindings? findings)
        where T : class, new()
    {
        using JsonDocument document = JsonText.Parse(utf8, source);
        return new JsonFieldReader(source, findings).Root(document.RootElement, schema);
    }
}
