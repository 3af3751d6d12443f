using System.Globalization;

namespace OciRuntime.Core.State;

/// <summary>User names of uids from /etc/passwd alone: NSS modules can't be loaded by a static program. Kept for one listing; safe to ask from several threads.</summary>
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
