using System.Text.Json;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Output;

/// <summary>The <c>intel_rdt</c> object in a line of <c>events</c>.</summary>
internal static class ResctrlJson
{
    internal static void Write(Utf8JsonWriter json, ResctrlStatistics? resctrl)
    {
        json.WriteStartObject("intel_rdt"u8);
        if (resctrl is not null)
            Fields(json, resctrl);
        json.WriteEndObject();
    }

    private static void Fields(Utf8JsonWriter json, ResctrlStatistics resctrl)
    {
        if (resctrl.L3 is { } cache)
        {
            json.WriteStartObject("l3_cache_info"u8);
            Text(json, "cbm_mask"u8, cache.Mask);
            EventJson.Unless0(json, "min_cbm_bits"u8, cache.FewestBits);
            EventJson.Unless0(json, "num_closids"u8, cache.Classes);
            json.WriteEndObject();
        }
        Text(json, "l3_cache_schema_root"u8, resctrl.L3SchemaOfRoot);
        Text(json, "l3_cache_schema"u8, resctrl.L3Schema);
        if (resctrl.Bandwidth is { } bandwidth)
        {
            json.WriteStartObject("mem_bw_info"u8);
            EventJson.Unless0(json, "bandwidth_gran"u8, bandwidth.Granularity);
            EventJson.Unless0(json, "delay_linear"u8, bandwidth.Linear);
            EventJson.Unless0(json, "min_bandwidth"u8, bandwidth.Least);
            EventJson.Unless0(json, "num_closids"u8, bandwidth.Classes);
            json.WriteEndObject();
        }
        Text(json, "mem_bw_schema_root"u8, resctrl.BandwidthSchemaOfRoot);
        Text(json, "mem_bw_schema"u8, resctrl.BandwidthSchema);
        if (resctrl.Schemata.Count > 0)
        {
            json.WriteStartArray("schemata"u8);
            foreach (string line in resctrl.Schemata)
                json.WriteStringValue(line);
            json.WriteEndArray();
        }
        Monitoring(json, resctrl);
    }

    private static void Monitoring(Utf8JsonWriter json, ResctrlStatistics resctrl)
    {
        if (resctrl.Traffic is { } traffic)
        {
            json.WriteStartArray("mbm_stats"u8);
            foreach (MemoryTraffic domain in traffic)
            {
                json.WriteStartObject();
                json.WriteNumber("mbm_total_bytes"u8, domain.Total);
                json.WriteNumber("mbm_local_bytes"u8, domain.Local);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (resctrl.Occupancy is { } occupancy)
        {
            json.WriteStartArray("cmt_stats"u8);
            foreach (ulong bytes in occupancy)
            {
                json.WriteStartObject();
                json.WriteNumber("llc_occupancy"u8, bytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }
}
