using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Bundles;

/// <summary>What an image says about its container (image-spec, config.md), and how that becomes a configuration (conversion.md).</summary>
internal sealed record ImageConfig
{
    public string User { get; init; } = string.Empty;

    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Command { get; init; } = [];

    public string WorkingDirectory { get; init; } = string.Empty;

    public string? StopSignal { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Digests of the layers before compression.</summary>
    public IReadOnlyList<string> DiffIds { get; init; } = [];

    public static ImageConfig Read(JsonElement root)
    {
        if (ImageJson.Text(root, "os") is { } os && os != "linux")
            throw new OciException(OciErrorCode.NotSupported, $"image: it is for {os}, not linux") { Step = "image" };
        JsonElement? config = ImageJson.Child(root, "config");
        return new ImageConfig
        {
            User = ImageJson.Text(config, "User") ?? string.Empty,
            Env = ImageJson.Texts(config, "Env"),
            Entrypoint = ImageJson.Texts(config, "Entrypoint"),
            Command = ImageJson.Texts(config, "Cmd"),
            WorkingDirectory = ImageJson.Text(config, "WorkingDir") ?? string.Empty,
            StopSignal = ImageJson.Text(config, "StopSignal"),
            Labels = ImageJson.TextMap(config, "Labels"),
            DiffIds = ImageJson.Texts(ImageJson.Child(root, "rootfs"), "diff_ids"),
        };
    }

    /// <summary>Applies the image's settings to the defaults.</summary>
    public void Apply(OciSpec spec, UserDatabase users)
    {
        OciProcess process = spec.Process!;
        if (Entrypoint.Count + Command.Count > 0)
            process.Args = [.. Entrypoint, .. Command];
        if (WorkingDirectory.Length > 0)
            process.Cwd = WorkingDirectory[0] == '/' ? WorkingDirectory : "/" + WorkingDirectory;
        process.User = users.Resolve(User);
        // The image's variables follow the defaults, and replace those of the same name.
        process.Env!.RemoveAll(variable => variable.StartsWith("TERM=", StringComparison.Ordinal));
        foreach (string variable in Env)
        {
            string name = variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)];
            if (name.Length > 1)
            {
                process.Env.RemoveAll(other => other.StartsWith(name, StringComparison.Ordinal));
                process.Env.Add(variable);
            }
        }
        foreach ((string key, string value) in Labels)
            if (key.Length > 0)
                (spec.Annotations ??= new Dictionary<string, string>(StringComparer.Ordinal))[key] = value;
        if (StopSignal is { Length: > 0 })
            (spec.Annotations ??= new Dictionary<string, string>(StringComparer.Ordinal)).TryAdd("org.opencontainers.image.stopSignal", StopSignal);
    }
}
