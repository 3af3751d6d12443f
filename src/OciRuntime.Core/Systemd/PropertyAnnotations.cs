using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Systemd;

/// <summary>Annotations such as <c>org.systemd.property.TimeoutStopUSec: "uint64 5000000"</c>, as in runc: properties of the scope.</summary>
internal static class PropertyAnnotations
{
    internal const string Prefix = "org.systemd.property.";
    private const ulong Million = 1_000_000;

    /// <exception cref="OciException">InvalidSpec: an invalid name or value.</exception>
    internal static List<UnitProperty> Read(IReadOnlyDictionary<string, string>? annotations)
    {
        var properties = new List<UnitProperty>();
        foreach ((string key, string value) in annotations ?? new Dictionary<string, string>())
        {
            if (key.StartsWith(Prefix, StringComparison.Ordinal))
                properties.Add(Read(key, key[Prefix.Length..], value));
        }

        return properties;
    }

    private static UnitProperty Read(string key, string name, string text)
    {
        if (name.Length < 3)
            throw Invalid(key, $"annotation {key}: the name of the property is too short");
        if (!name.All(char.IsAsciiLetter))
            throw Invalid(key, $"annotation {key}: the name of the property may have only letters");
        try
        {
            BusVariant value = VariantText.Parse(text);
            // The setting that unit files call TimeoutStopSec is TimeoutStopUSec on the bus.
            return name.EndsWith("Sec", StringComparison.Ordinal) && char.IsAsciiLetterLower(name[^4..][0])
                ? new(name[..^3] + "USec", Microseconds(value))
                : new(name, value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Invalid(key, $"annotation {key}={text}: {e.Message}");
        }
    }

    private static ulong Microseconds(BusVariant seconds) => checked(seconds.Value switch
    {
        byte value => value * Million,
        short value => (ulong)value * Million,
        ushort value => value * Million,
        int value => (ulong)value * Million,
        uint value => value * Million,
        long value => (ulong)value * Million,
        ulong value => value * Million,
        double value => (ulong)(value * Million),
        _ => throw new FormatException("not a number"),
    });

    private static OciException Invalid(string key, string message) => new(OciErrorCode.InvalidSpec, message)
    {
        Step = "cgroup",
        Object = key,
        SpecPointer = SpecPointer.Property("/annotations", key),
        Hint = "values are written as in GVariant: true, 'text', uint64 5, ['a', 'b']",
    };
}
