using System.Text.Json;
using System.Text.Json.Nodes;

namespace OciRuntime.Fuzz;

/// <summary>One value of a JSON document becomes another, of its own type or not; now and then its text is changed without regard to JSON.</summary>
internal static class JsonChange
{
    private static readonly string[] s_words =
    [
        "", "/", "..", "/..", ".", "/proc", "/proc/self/fd/3", "/dev", "/sys", "a\0b", "\n", "\ud83d\ude00", "0", "-1", "18446744073709551616", "*", "rbind", "ro", "tmpfs",
        "proc", "cgroup", "bind", "mode=0777", "size=-1", "idmap", "remount", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY", "CAP_SYS_ADMIN", "RLIMIT_NOFILE", "MPOL_BIND", "0-99999999999",
        "net.ipv4.ip_forward", "shared", "../x", "x=y", "=", new string('x', 5000), string.Concat(Enumerable.Repeat("a/", 3000)),
    ];

    public static byte[] Apply(byte[] input, Random random)
    {
        var places = new List<(JsonNode Parent, object Key)>();
        if (random.Next(8) == 0 || Parse(input, places) is not { } document || places.Count == 0)
            return OfBytes(input, random);
        (JsonNode parent, object key) = places[random.Next(places.Count)];
        try
        {
            Change(parent, key, Value(places, random), random);
            return JsonSerializer.SerializeToUtf8Bytes(document);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return OfBytes(input, random); // a text with half of a surrogate pair can be read, not written
        }
    }

    private static byte[] OfBytes(byte[] input, Random random) => ByteChange.Apply(input, random, "{}[]\",:0-\\\u0001e\n"u8);

    private static JsonNode? Parse(byte[] input, List<(JsonNode Parent, object Key)> places)
    {
        try
        {
            JsonNode? document = JsonNode.Parse(input, documentOptions: new JsonDocumentOptions { MaxDepth = 256 });
            // Names are looked at here: one that is there twice, or is no text, shows only now.
            Collect(document, places);
            return document;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonNode? Value(List<(JsonNode Parent, object Key)> places, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                return JsonValue.Create(random.Next(4) switch { 0 => long.MaxValue, 1 => long.MinValue, 2 => -1L, _ => random.NextInt64(100_000) });
            case 1:
                return null;
            case 2:
                return new JsonArray();
            case 3:
                return new JsonObject();
            case 4:
                return JsonValue.Create(random.Next(2) == 0);
            case 5:
                return JsonValue.Create(1.5);
            case 6:
                (JsonNode parent, object key) = places[random.Next(places.Count)];
                return (key is string name ? parent[name] : parent[(int)key])?.DeepClone();
            default:
                return JsonValue.Create(s_words[random.Next(s_words.Length)]);
        }
    }

    private static void Change(JsonNode parent, object key, JsonNode? value, Random random)
    {
        switch (parent)
        {
            case JsonObject item when random.Next(8) == 0:
                item.Remove((string)key);
                break;
            case JsonObject item:
                item[(string)key] = value;
                break;
            case JsonArray list when random.Next(3) == 0:
                list.Insert((int)key, value);
                break;
            case JsonArray list:
                list[(int)key] = value;
                break;
        }
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> places)
    {
        if (node is JsonObject item)
        {
            foreach ((string key, JsonNode? child) in item)
            {
                places.Add((item, key));
                Collect(child, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                places.Add((list, i));
                Collect(list[i], places);
            }
        }
    }
}
