namespace OciRuntime.Bus;

/// <summary>A value with its type.</summary>
/// <param name="Signature">One complete type.</param>
/// <param name="Value">
/// byte (y), bool (b), short (n), ushort (q), int (i), uint (u), long (x), ulong (t), double (d), string (s, o, g), <see cref="BusVariant"/>
/// (v), byte[] (ay), and object[] for every other array (of object[2] for a dictionary) and for structs.
/// </param>
internal sealed record BusVariant(string Signature, object Value)
{
    internal static BusVariant Of(string value) => new("s", value);

    internal static BusVariant Of(bool value) => new("b", value);

    internal static BusVariant Of(ulong value) => new("t", value);

    internal static BusVariant Of(byte[] value) => new("ay", value);
}
