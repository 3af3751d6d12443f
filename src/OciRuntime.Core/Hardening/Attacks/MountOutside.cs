using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>
/// CVE-2021-30465, CVE-2024-45310: an image in which the path to a mount's destination goes through a link that leads out. A runtime that follows it on the host
/// creates a directory there, and mounts on it.
/// </summary>
internal static class MountOutside
{
    public static AttackOutcome Try(AttackSite site)
    {
        Directory.CreateSymbolicLink(Path.Join(site.Rootfs, "up"), "../outside");
        Directory.CreateSymbolicLink(Path.Join(site.Rootfs, "across"), site.Outside);
        OciSpec spec = site.Spec(""": > /up/mount/file; : > /across/mount/file; held "all stayed below the root filesystem" """);
        spec.Root!.Readonly = false;
        foreach (string link in (string[])["/up", "/across"])
            spec.Mounts!.Add(new OciMount { Destination = link + "/mount", Type = "tmpfs", Source = "tmpfs" });
        AttackOutcome outcome;
        try
        {
            outcome = AttackOutcome.Of(site.Run(spec));
        }
        catch (OciException e) when (e.SpecPointer?.StartsWith("/mounts/", StringComparison.Ordinal) == true)
        {
            outcome = new AttackOutcome(true, "refused: " + e.Message);
        }
        return Directory.EnumerateFileSystemEntries(site.Outside).FirstOrDefault() is { } made ? new AttackOutcome(false, $"{made} was made on the host") : outcome;
    }
}
