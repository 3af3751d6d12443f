using System.Globalization;
using System.Text;

namespace OciRuntime.Core.Systemd;

/// <summary>A unix socket of a D-Bus server (D-Bus Specification, Server Addresses).</summary>
/// <param name="Name">Path, or a name in the abstract namespace.</param>
/// <param name="Abstract">The name is in the abstract namespace.</param>
/// <param name="Peer">The service itself listens there, not a bus: there are no bus names and no Hello.</param>
internal sealed record BusAddress(string Name, bool Abstract = false, bool Peer = false)
{
    /// <summary>The unix sockets of a list such as <c>unix:path=/run/dbus/system_bus_socket;unix:abstract=x,guid=1</c>; other transports are left out.</summary>
    internal static List<BusAddress> Parse(string list)
    {
        var addresses = new List<BusAddress>();
        foreach (string address in list.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!address.StartsWith("unix:", StringComparison.Ordinal))
                continue;
            foreach (string pair in address["unix:".Length..].Split(','))
            {
                if (pair.StartsWith("path=", StringComparison.Ordinal))
                    addresses.Add(new(Unescape(pair["path=".Length..])));
                else if (pair.StartsWith("abstract=", StringComparison.Ordinal))
                    addresses.Add(new(Unescape(pair["abstract=".Length..]), Abstract: true));
            }
        }

        return addresses;
    }

    public override string ToString() => Abstract ? "@" + Name : Name;

    private static string Unescape(string value)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
            return value;
        var bytes = new List<byte>(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte one))
            {
                bytes.Add(one);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([value[i]]));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
