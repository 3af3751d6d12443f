using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Observe;

/// <summary>Reads a launch record that was written as JSON.</summary>
internal static class LaunchRecordReader
{
    /// <summary>Reads one.</summary>
    /// <param name="json">An object whose members are the properties.</param>
    /// <exception cref="OciException">InvalidArgument: the JSON is not a launch record.</exception>
    public static OciLaunchRecord Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement from = document.RootElement;
            return new OciLaunchRecord
            {
                Id = from.GetProperty(nameof(OciLaunchRecord.Id)).GetString()!,
                Status = TextOf(from, nameof(OciLaunchRecord.Status)) ?? string.Empty,
                Bundle = TextOf(from, nameof(OciLaunchRecord.Bundle)) ?? string.Empty,
                Pid = from.GetProperty(nameof(OciLaunchRecord.Pid)).GetInt32(),
                StartTime = from.GetProperty(nameof(OciLaunchRecord.StartTime)).GetUInt64(),
                ConfigHash = TextOf(from, nameof(OciLaunchRecord.ConfigHash)),
                PlanHash = TextOf(from, nameof(OciLaunchRecord.PlanHash)),
                SeccompHash = TextOf(from, nameof(OciLaunchRecord.SeccompHash)),
                HelperHash = TextOf(from, nameof(OciLaunchRecord.HelperHash)),
                HelperSeals = TextOf(from, nameof(OciLaunchRecord.HelperSeals)),
                Namespaces = MapOf(from, nameof(OciLaunchRecord.Namespaces)),
                Capabilities = MapOf(from, nameof(OciLaunchRecord.Capabilities)),
                User = TextOf(from, nameof(OciLaunchRecord.User)),
                NoNewPrivileges = Of(from, nameof(OciLaunchRecord.NoNewPrivileges)) is { } value ? value.GetBoolean() : null,
                SeccompFilters = Of(from, nameof(OciLaunchRecord.SeccompFilters)) is { } filters ? filters.GetInt32() : null,
                SecurityLabel = TextOf(from, nameof(OciLaunchRecord.SecurityLabel)),
                Cgroups = MapOf(from, nameof(OciLaunchRecord.Cgroups)),
                Limits = MapOf(from, nameof(OciLaunchRecord.Limits)),
                RootMountId = Of(from, nameof(OciLaunchRecord.RootMountId)) is { } mount ? mount.GetUInt64() : null,
                RootMount = TextOf(from, nameof(OciLaunchRecord.RootMount)),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OciException(OciErrorCode.InvalidArgument, "this is not a launch record: " + e.Message, e);
        }
    }

    private static JsonElement? Of(JsonElement from, string name) => from.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? TextOf(JsonElement from, string name) => Of(from, name)?.GetString();

    private static Dictionary<string, string> MapOf(JsonElement from, string name)
    {
        var map = new Dictionary<string, string>();
        if (Of(from, name) is { } table)
        {
            foreach (JsonProperty entry in table.EnumerateObject())
                map[entry.Name] = entry.Value.GetString() ?? string.Empty;
        }
        return map;
    }
}
