namespace OciRuntime.PowerShell.Common;

/// <summary>Hints of the core name ocirun's options; at a prompt they name what does the same there.</summary>
internal static class CmdletWords
{
    private static readonly (string Option, string Words)[] All =
    [
        ("--systemd-cgroup", "-CgroupManager Systemd"),
        ("--preserve-fds and LISTEN_FDS count", "-PreserveFds counts"),
        ("--preserve-fds", "-PreserveFds"),
        ("--console-socket", "-ConsoleSocket"),
        ("--pid-file", "-PidFile"),
        ("--no-pivot", "-NoPivot"),
        ("--no-new-keyring", "-NoNewKeyring"),
        ("--rootless=false", "-Root"),
        ("--root, -Root", "-Root"),
        ("--root", "-Root"),
        ("--ignore-paused", "Resume-OciContainer"),
        ("`ocirun spec` or New-OciBundle", "New-OciBundle"),
        ("`ocirun spec`", "New-OciSpec | Export-OciSpec"),
        ("`ocirun list`", "Get-OciContainer"),
        ("a forced delete", "Remove-OciContainer -Force"),
    ];

    /// <summary>The hint in a cmdlet's words.</summary>
    public static string? Of(string? hint)
    {
        if (hint is null)
            return null;
        foreach ((string option, string words) in All)
            hint = hint.Replace(option, words, StringComparison.Ordinal);
        return hint;
    }
}
