using System.Globalization;
using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>Unix socket addresses that work for paths of any length.</summary>
internal static unsafe class UnixAddress
{
    /// <summary>NAME in an open directory.</summary>
    public static Libc.sockaddr_un In(int directory, string name, out uint length) =>
        Of("/proc/self/fd/" + directory.ToString(CultureInfo.InvariantCulture) + "/" + name, out length);

    /// <summary>A socket's file, opened with O_PATH.</summary>
    public static Libc.sockaddr_un OfDescriptor(int socket, out uint length) =>
        Of("/proc/self/fd/" + socket.ToString(CultureInfo.InvariantCulture), out length);

    /// <summary>A path, or @ and a name of the abstract namespace (unix(7)).</summary>
    public static Libc.sockaddr_un OfAny(string address, out uint length)
    {
        Libc.sockaddr_un result = Of(address, out length);
        if (address[0] != '@')
            return result;
        result.sun_path[0] = 0;
        length--; // the length ends an abstract name, not a NUL
        return result;
    }

    /// <summary>A path that fits sun_path.</summary>
    public static Libc.sockaddr_un Of(string path, out uint length)
    {
        var address = new Libc.sockaddr_un { sun_family = Libc.AF_UNIX };
        if (!Encoding.UTF8.TryGetBytes(path, new Span<byte>(address.sun_path, Libc.UNIX_PATH_MAX - 1), out int bytes))
            throw KernelError.From("address", path, "connect", Errno.ENAMETOOLONG);
        length = (uint)(sizeof(ushort) + bytes + 1);
        return address;
    }
}
