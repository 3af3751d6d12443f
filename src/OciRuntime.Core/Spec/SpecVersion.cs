namespace OciRuntime.Core.Spec;

/// <summary>ociVersion: a SemVer 2.0.0 version; every 1.x is understood (spec.md, "version").</summary>
internal static class SpecVersion
{
    /// <summary>The version of the runtime-spec that this library follows.</summary>
    public const string Current = "1.3.0";

    /// <summary>The reason why a version is refused, or null. A missing version, "1.0" and "v1.0.0" are accepted: see <see cref="Remark"/>.</summary>
    internal static string? Problem(string? version)
    {
        if (string.IsNullOrEmpty(version))
            return null;
        ReadOnlySpan<char> number = version.AsSpan(version[0] == 'v' ? 1 : 0);
        int end = number.IndexOfAnyExceptInRange('0', '9');
        if (end == 0 || number.IsEmpty || (end > 0 && number[end] is not ('.' or '-' or '+')))
            return $"expected a version such as {Current}, found \"{version}\"";
        return number[..(end < 0 ? number.Length : end)].TrimStart('0') is "1" ? null : $"expected 1.x, found \"{version}\"";
    }

    /// <summary>A warning about an accepted version, or null.</summary>
    internal static string? Remark(string? version) =>
        string.IsNullOrEmpty(version) ? $"missing; {Current} is assumed"
        : IsSemanticVersion(version) ? null
        : $"\"{version}\" is not a SemVer version such as {Current}";

    private static bool IsSemanticVersion(ReadOnlySpan<char> version)
    {
        int plus = version.IndexOf('+');
        if (plus >= 0)
        {
            if (!AreIdentifiers(version[(plus + 1)..], numbersAreCanonical: false))
                return false;
            version = version[..plus];
        }
        int dash = version.IndexOf('-');
        if (dash >= 0)
        {
            if (!AreIdentifiers(version[(dash + 1)..], numbersAreCanonical: true))
                return false;
            version = version[..dash];
        }
        int numbers = 0;
        foreach (Range part in version.Split('.'))
        {
            ReadOnlySpan<char> number = version[part];
            if (number.IsEmpty || number.ContainsAnyExceptInRange('0', '9') || (number.Length > 1 && number[0] == '0'))
                return false;
            numbers++;
        }
        return numbers == 3;
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool numbersAreCanonical)
    {
        foreach (Range part in text.Split('.'))
        {
            ReadOnlySpan<char> identifier = text[part];
            if (identifier.IsEmpty)
                return false;
            bool digits = true;
            foreach (char c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
                digits &= char.IsAsciiDigit(c);
            }
            if (numbersAreCanonical && digits && identifier.Length > 1 && identifier[0] == '0')
                return false;
        }
        return true;
    }
}
