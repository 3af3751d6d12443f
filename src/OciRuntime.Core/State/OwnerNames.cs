using System.Globalization;

namespace OciRuntime.Core.State;

/// <summary>User names of uids from /etc/passwd alone: NSS modules can't be loaded by a static program. Kept for one listing.</summary>
internal sealed class OwnerNames
{
    private Dictionary<uint, string>? _names;

    public string Of(uint uid)
    {
        if (uid == 0)
            return "root";
        _names ??= Read();
        return _names.TryGetValue(uid, out string? name) ? name : uid.ToString(CultureInfo.InvariantCulture);
    }

    private static Dictionary<uint, string> Read()
    {
        var names = new Dictionary<uint, string>();
        try
        {
            foreach (string line in File.ReadLines("/etc/passwd"))
            {
                string[] fields = line.Split(':');
                if (fields.Length > 2 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint uid))
                    names.TryAdd(uid, fields[0]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the file an owner is shown as digits.
        }
        return names;
    }
}
