using System.Reflection;

namespace OciRuntime.Cli.Output;

/// <summary>
/// What <c>--version</c> prints: lines in runc's format, <c>NAME version X</c> first. Called by the name <c>runc</c> it reports the version of
/// runc: go-runc, and so containerd, understands only a first line that begins with <c>runc version </c>.
/// </summary>
internal static class VersionText
{
    // The version of runc whose behaviour this follows.
    private const string RuncVersion = "1.5.0";

    // The SDK appends the git commit to the informational version; a build outside a repository has none.
    private static string Commit() =>
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion is { } version && version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus
            ? version[(plus + 1)..]
            : string.Empty;

    internal static string Current()
    {
        string own = typeof(VersionText).Assembly.GetName().Version!.ToString(3);
        string name = Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "runc" ? $"runc version {RuncVersion}+ocirun.{own}" : $"ocirun version {own}";
        return $"{name}\ncommit: {Commit()}\nspec: 1.3.0\n";
    }
}
