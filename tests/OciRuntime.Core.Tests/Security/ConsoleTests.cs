using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.9 (CVE-2025-52565): links where the terminal and /dev/console are, for containers with a terminal and for exec.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class ConsoleTests : AttackFixture
{
    [Fact]
    public void ALinkAtConsoleIsRefused()
    {
        foreach (string target in (string[])[Path.Combine(Canary, "new"), Path.Combine(Canary, "file"), "/proc/sysrq-trigger", "/etc/passwd"])
        {
            Plant("dev/console", target);
            OciException error = Refused(Terminal(OwnDev(Spec("tty"))));
            Assert.Contains("dev/console: is not a file", error.Message, StringComparison.Ordinal);
            Assert.Equal("/process/terminal", error.SpecPointer);
        }
        AssertUntouched();
    }

    [Fact]
    public void LinksAtPtsAreNotTheTerminal()
    {
        // devpts is mounted over what the image has; without that mount there is no terminal to be had.
        Directory.CreateDirectory(Path.Combine(Rootfs, "dev/pts"));
        Plant("dev/pts/0", "/proc/sysrq-trigger");
        Plant("dev/pts/ptmx", Path.Combine(Canary, "file"));
        Assert.Equal("/dev/pts/0\n136:0\n", RunTerminal(OwnDev(Script("tty; stat -c %t:%T /dev/console | sed s/88/136/"))));
        OciException error = Refused(Terminal(WithoutMounts(Spec("tty"), "/dev")));
        Assert.Contains("is not in a devpts", error.Message, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public void ALinkAtThePtsDirectoryStaysInside()
    {
        Plant("dev/pts", Canary);
        OciException error = Refused(Terminal(WithoutMounts(Spec("tty"), "/dev")));
        Assert.Equal("console", error.Step);
        Plant("dev/pts", "/proc/self/fd");
        Refused(Terminal(OwnDev(Spec("tty"))));
        AssertUntouched();
    }

    [Fact]
    public void ExecWithATerminalDoesNotTrustTheContainersDev()
    {
        Directory.CreateDirectory(Path.Combine(Rootfs, "mnt"));
        Start(WithCapabilities(
            Script("""
                umount /dev/pts && mount -t tmpfs tmpfs /dev/pts && ln -s /proc/sysrq-trigger /dev/pts/0 && ln -s /mnt/x /dev/pts/ptmx && rm -f /dev/console && ln -s /mnt/y /dev/console
                echo $? > /tmp/done; exec sleep 60
                """),
            "CAP_SYS_ADMIN"));
        Await(() => File.Exists(Path.Combine(Rootfs, "tmp/done")) && new FileInfo(Path.Combine(Rootfs, "tmp/done")).Length > 0, "the traps are laid");
        Assert.Equal("0\n", File.ReadAllText(Path.Combine(Rootfs, "tmp/done")));
        OciException error = Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "c", Args = ["tty"], Terminal = true, Stdio = StdioMode.Pipe }));
        Assert.Contains("is not in a devpts", error.Message, StringComparison.Ordinal);
        // A true devpts mounted over something else by the container is its own terminal; a node that only looks like ptmx is not.
        Assert.Equal("0\n", Exec("c", "sh", "-c", "rm /dev/pts/ptmx; mknod /dev/pts/ptmx c 5 2 2>/dev/null; echo 0"));
        Assert.Throws<OciException>(() => Runtime.Exec(new ExecRequest { Id = "c", Args = ["tty"], Terminal = true, Stdio = StdioMode.Pipe }));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Rootfs, "mnt")));
    }

    // /dev is the image's, a devpts is mounted in it.
    private static OciSpec OwnDev(OciSpec spec)
    {
        spec.Mounts!.RemoveAll(mount => mount.Destination is "/dev" or "/dev/shm" or "/dev/mqueue");
        return spec;
    }

    private static OciSpec Terminal(OciSpec spec)
    {
        spec.Process!.Terminal = true;
        return spec;
    }

    private new OciException Refused(OciSpec spec)
    {
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec, supervised: true)));
        Assert.Empty(Runtime.List());
        return error;
    }

    private string RunTerminal(OciSpec spec)
    {
        Runtime.Create(Request("t", Terminal(spec), supervised: true));
        Runtime.Start("t");
        Runtime.Wait("t");
        var text = new StringBuilder();
        foreach (LogRecord record in ContainerLog.Read(Runtime, "t"))
            text.Append(record.Line.TrimEnd('\r')).Append('\n');
        Runtime.Delete("t");
        return text.ToString();
    }
}
