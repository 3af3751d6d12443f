using OciRuntime.Bus;

namespace OciRuntime.Core.Systemd;

/// <summary>A property of a unit (org.freedesktop.systemd1(5)).</summary>
internal sealed record UnitProperty(string Name, BusVariant Value)
{
    /// <summary>The value that means no limit.</summary>
    internal const ulong Infinity = ulong.MaxValue;

    internal UnitProperty(string name, ulong value)
        : this(name, BusVariant.Of(value))
    {
    }

    internal UnitProperty(string name, bool value)
        : this(name, BusVariant.Of(value))
    {
    }

    internal UnitProperty(string name, string value)
        : this(name, BusVariant.Of(value))
    {
    }

    /// <summary>As an argument of type a(sv).</summary>
    internal static object[] ToArgument(IReadOnlyList<UnitProperty> properties) => [.. properties.Select(static property => new object[] { property.Name, property.Value })];
}
