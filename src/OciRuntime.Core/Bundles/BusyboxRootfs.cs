using System.Diagnostics;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Bundles;

/// <summary>A small root filesystem: busybox under all its names, and the files that programs expect.</summary>
internal static class BusyboxRootfs
{
    private static readonly DateTimeOffset s_time = DateTimeOffset.UnixEpoch;

    public static void Write(RootTree tree, string busybox, bool resolvConf, CancellationToken cancellation)
    {
        Directories(tree);
        using (FileStream file = BundleFiles.OpenRead(busybox))
            tree.AddFile(RootPath.Parse("bin/busybox"), file, Metadata(0x1ED), cancellation);
        foreach (string applet in Applets(busybox))
            if (applet != "busybox")
                tree.AddSymbolicLink(RootPath.Parse("bin/" + applet), "busybox", Metadata(0x1FF));
        Text(tree, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", cancellation);
        Text(tree, "etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", cancellation);
        if (resolvConf && File.Exists("/etc/resolv.conf"))
            Text(tree, "etc/resolv.conf", File.ReadAllText("/etc/resolv.conf"), cancellation);
    }

    private static void Directories(RootTree tree)
    {
        // Includes the mount points of the default configuration: on a read-only root they can't be made later.
        foreach (string name in (string[])["", "bin", "dev", "etc", "home", "proc", "run", "sys", "usr", "usr/bin", "var"])
            tree.AddDirectory(RootPath.Parse(name), Metadata(0x1ED));
        tree.AddDirectory(RootPath.Parse("root"), Metadata(0x1C0));
        tree.AddDirectory(RootPath.Parse("tmp"), Metadata(0x3FF));
    }

    private static void Text(RootTree tree, string path, string text, CancellationToken cancellation)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        tree.AddFile(RootPath.Parse(path), content, Metadata(0x1A4), cancellation);
    }

    private static EntryMetadata Metadata(uint mode) => new(mode, Libc.geteuid(), Libc.getegid(), s_time);

    private static List<string> Applets(string busybox)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(busybox, ["--list"]) { RedirectStandardOutput = true })!;
            var applets = new List<string>();
            while (process.StandardOutput.ReadLine() is { } line)
                if (line.Length > 0 && !line.Contains('/', StringComparison.Ordinal))
                    applets.Add(line);
            process.WaitForExit();
            if (process.ExitCode == 0 && applets.Contains("sh"))
                return applets;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw NotBusybox(busybox, e);
        }
        throw NotBusybox(busybox, null);
    }

    private static OciException NotBusybox(string path, Exception? cause) =>
        new(OciErrorCode.InvalidArgument, $"make a root filesystem from {path}: it does not list its applets as busybox does", cause)
        {
            Step = "bundle",
            Object = path,
            Hint = "install busybox-static, or name a static busybox",
        };
}
