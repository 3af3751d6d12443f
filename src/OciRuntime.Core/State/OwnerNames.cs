using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.State;

/// <summary>User names of uids from /etc/passwd alone: a static program can't load NSS modules. Kept for one listing; safe to use from several threads.</summary>
internal sealed class OwnerNames
{
    private readonly Lazy<Dictionary<uint, string>> _names = new(Read);

    public string Of(uint uid)
    {
        if (uid == 0)
            return "root";
        return _names.Value.TryGetValue(uid, out string? name) ? name : uid.ToString(CultureInfo.InvariantCulture);
    }

    private static Dictionary<uint, string> Read()
    {
        var names = new Dictionary<uint, string>();
        // Without the file owners are shown as digits.
        foreach (string[] fields in AccountFile.Lines(TextFile.TryRead("/etc/passwd", out _) ?? string.Empty, 3))
        {
            if (AccountFile.IdOf(fields[2]) is { } uid)
                names.TryAdd(uid, fields[0]);
        }
        return names;
    }
}
