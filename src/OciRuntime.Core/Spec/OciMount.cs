using System.Globalization;
using OciRuntime.Core.Errors;
using static System.FormattableString;

namespace OciRuntime.Core.Spec;

/// <summary>mounts[]: one mount inside the container.</summary>
public sealed record OciMount
{
    private const string Expected = "mount: SOURCE:DESTINATION[:OPTION,...] or tmpfs:DESTINATION[:OPTION,...], with an absolute destination";
    private static readonly string[] s_tmpfs = ["nosuid", "nodev"];

    /// <summary>Mount point, as the container sees it.</summary>
    public string Destination { get; set; } = string.Empty;

    /// <summary>Filesystem type as in /proc/filesystems; ignored for bind mounts.</summary>
    public string? Type { get; set; }

    /// <summary>Device, directory or file; a relative path is resolved against the bundle.</summary>
    public string? Source { get; set; }

    /// <summary>Mount options (ro, nosuid, rbind, size=64k, ...).</summary>
    public List<string>? Options { get; set; }

    /// <summary>Id mapping of this mount's user ids.</summary>
    public List<OciIdMapping>? UidMappings { get; set; }

    /// <summary>Id mapping of this mount's group ids.</summary>
    public List<OciIdMapping>? GidMappings { get; set; }

    /// <summary>Reads <c>SOURCE:DESTINATION[:OPTION,...]</c>, a bind mount, or <c>tmpfs:DESTINATION[:OPTION,...]</c>.</summary>
    /// <param name="text">The text; a relative source is resolved against the bundle.</param>
    /// <exception cref="OciException">InvalidArgument.</exception>
    public static OciMount Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 3);
        if (parts.Length < 2 || parts[0].Length == 0 || !parts[1].StartsWith('/'))
            throw SpecText.Refused(text, Expected);
        List<string> options = parts.Length == 3 ? [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries)] : [];
        if (parts[0] == "tmpfs")
            return new OciMount { Destination = parts[1], Type = "tmpfs", Source = "tmpfs", Options = [.. s_tmpfs.Except(options), .. options] };
        if (!options.Any(IsBind))
            options.Insert(0, "rbind");
        return new OciMount { Destination = parts[1], Type = "bind", Source = parts[0], Options = options };
    }

    /// <summary>The form that <see cref="Parse"/> reads. A mount that is not a bind has its type before the colon, unless its source is a path.</summary>
    public override string ToString()
    {
        string? from = Source is ['/', ..] || Type == "bind" || Options?.Any(IsBind) == true ? Source : Type ?? Source;
        string options = Options is null or [] ? string.Empty : ":" + string.Join(',', Options);
        return $"{from}:{Destination}{options}";
    }

    private static bool IsBind(string option) => option is "bind" or "rbind";
}

/// <summary>One line of an id map (user_namespaces(7)).</summary>
public sealed record OciIdMapping
{
    /// <summary>First id inside.</summary>
    public uint ContainerID { get; set; }

    /// <summary>First id outside.</summary>
    public uint HostID { get; set; }

    /// <summary>Number of ids.</summary>
    public uint Size { get; set; }

    /// <summary>Reads <c>CONTAINERID:HOSTID:SIZE</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="OciException">InvalidArgument.</exception>
    public static OciIdMapping Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') is [var inside, var outside, var count]
            && SpecText.TryId(inside, out uint container) && SpecText.TryId(outside, out uint host)
            && uint.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out uint size) && size > 0
            ? new OciIdMapping { ContainerID = container, HostID = host, Size = size }
            : throw SpecText.Refused(text, "id mapping: CONTAINERID:HOSTID:SIZE in digits, such as 0:100000:65536");
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Invariant($"{ContainerID}:{HostID}:{Size}");
}
