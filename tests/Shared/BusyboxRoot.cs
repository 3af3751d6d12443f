namespace OciRuntime.Tests.Shared;

/// <summary>A root filesystem of busybox, with a link for each of its programs.</summary>
internal static class BusyboxRoot
{
    private static readonly Lazy<string[]> s_programs = new(static () => [.. Machine.Run("busybox", "--list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static name => name != "busybox")]);

    /// <summary>Makes it at a path where nothing is.</summary>
    public static void Make(string rootfs)
    {
        foreach (string directory in (string[])["bin", "dev", "etc", "mnt", "proc", "sys", "tmp"])
            Directory.CreateDirectory(Path.Combine(rootfs, directory));
        File.Copy(Machine.FindProgram("busybox")!, Path.Combine(rootfs, "bin", "busybox"));
        foreach (string program in s_programs.Value)
            File.CreateSymbolicLink(Path.Combine(rootfs, "bin", program), "busybox");
    }
}
