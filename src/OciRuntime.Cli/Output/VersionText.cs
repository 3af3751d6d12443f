namespace OciRuntime.Cli.Output;

/// <summary>
/// What <c>--version</c> prints: lines as runc's, <c>NAME version X</c> first. Called by the name <c>runc</c> it says that it stands for
/// runc: go-runc, and so containerd, understands only a first line that begins with <c>runc version </c>.
/// </summary>
internal static class VersionText
{
    // The runc whose behaviour this is.
    private const string RuncVersion = "1.5.0";

    internal static string Current()
    {
        string own = typeof(VersionText).Assembly.GetName().Version!.ToString(3);
        string name = Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "runc" ? $"runc version {RuncVersion}+ocirun.{own}" : $"ocirun version {own}";
        return $"{name}\ncommit: \nspec: 1.3.0\n";
    }
}
