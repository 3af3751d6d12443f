using System.Management.Automation;
using System.Text.Json;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets what this runtime can do: the runtime-spec's features structure, with its names.</summary>
[Cmdlet(VerbsCommon.Get, "OciRuntimeFeature")]
[OutputType("OciRuntime.Features")]
public sealed class GetOciRuntimeFeatureCommand : OciCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        using JsonDocument document = JsonDocument.Parse(RuntimeFeatures.ToJson());
        var features = (PSObject)ToObject(document.RootElement)!;
        features.TypeNames.Insert(0, "OciRuntime.Features");
        WriteObject(features);
    }

    private static object? ToObject(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = new PSObject();
                foreach (JsonProperty property in element.EnumerateObject())
                    properties.Properties.Add(new PSNoteProperty(property.Name, ToObject(property.Value)));
                return properties;
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(ToObject).ToArray();
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            case JsonValueKind.Number:
                return element.GetInt64();
            default:
                return element.GetString();
        }
    }
}
