using System.Collections;
using System.Globalization;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Common;

/// <summary>What parameters change in a configuration.</summary>
internal static class SpecEdits
{
    /// <summary>A copy that may be changed without changing the user's object.</summary>
    public static OciSpec Copy(OciSpec spec) => SpecReader.Read(SpecWriter.Write(spec));

    /// <summary>The same for a profile.</summary>
    public static OciSeccomp Copy(OciSeccomp profile) => Copy(new OciSpec { OciVersion = SpecVersion.Current, Linux = new OciLinux { Seccomp = profile } }).Linux!.Seccomp!;

    public static void SetProcess(OciSpec spec, string[]? args, string[]? env, string? cwd, string? user)
    {
        OciProcess process = spec.Process ??= new OciProcess { Cwd = "/" };
        if (args is not null)
            process.Args = [.. args];
        process.Cwd = cwd ?? process.Cwd;
        process.User ??= new OciUser();
        if (user is not null)
        {
            var ids = OciUser.Parse(user);
            process.User.Uid = ids.Uid;
            process.User.Gid = ids.Gid;
        }
        foreach (string variable in env ?? [])
            SetVariable(process.Env ??= [], variable);
    }

    public static void SetCapabilities(OciSpec spec, string[]? add, string[]? drop)
    {
        if (add is null && drop is null)
            return;
        OciCapabilities sets = spec.Process!.Capabilities ??= new OciCapabilities();
        List<string> Changed(List<string>? set) => [.. (set ?? []).Except(drop ?? []).Union(add ?? [])];
        sets.Bounding = Changed(sets.Bounding);
        sets.Effective = Changed(sets.Effective);
        sets.Permitted = Changed(sets.Permitted);
    }

    /// <summary>The existing entries overridden by the table's; null when there are none.</summary>
    public static Dictionary<string, string>? Merged(Dictionary<string, string>? there, IDictionary? table)
    {
        if (table is null)
            return there;
        var merged = new Dictionary<string, string>(there ?? [], StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table)
            merged[entry.Key.ToString()!] = Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? string.Empty;
        return merged;
    }

    private static void SetVariable(List<string> environment, string variable)
    {
        string name = variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)];
        int place = environment.FindIndex(other => other.StartsWith(name, StringComparison.Ordinal));
        if (place < 0)
            environment.Add(variable);
        else
            environment[place] = variable;
    }
}
