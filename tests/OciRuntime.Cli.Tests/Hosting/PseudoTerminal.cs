using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>A program on a terminal of its own, as a user has it (pty(7)).</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int O_RDWR = 2;
    private const int O_NOCTTY = 0x100;
    private const ulong TIOCSWINSZ = 0x5414;

    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public PseudoTerminal(string directory, int rows, int columns, params string[] command)
    {
        int fd = posix_openpt(O_RDWR | O_NOCTTY);
        byte[] name = new byte[64];
        if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 || ptsname_r(fd, name, (nuint)name.Length) != 0)
            throw new InvalidOperationException("no pseudoterminal");
        _master = new SafeFileHandle(fd, ownsHandle: true);
        Resize(rows, columns);
        string slave = Encoding.UTF8.GetString(name).TrimEnd('\0');
        _process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", "tty=$1; shift; exec setsid --ctty --wait \"$@\" <>\"$tty\" >&0 2>&0", "sh", slave, .. command])
        { WorkingDirectory = directory })!;
        _stream = new FileStream(_master, FileAccess.ReadWrite, bufferSize: 0);
        new Thread(Read) { IsBackground = true }.Start();
    }

    public void Resize(int rows, int columns)
    {
        ushort[] size = [(ushort)rows, (ushort)columns, 0, 0];
        if (ioctl((int)_master.DangerousGetHandle(), TIOCSWINSZ, size) != 0)
            throw new InvalidOperationException("TIOCSWINSZ failed");
    }

    public void Type(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits until the screen shows a text.</summary>
    public void Expect(string text)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (Screen.Contains(text, StringComparison.Ordinal))
                return;
            Thread.Sleep(10);
        }
        throw new TimeoutException($"the terminal does not show '{text}':\n{Screen}");
    }

    public string Screen
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int End() => Ocirun.End(_process);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _stream.Dispose();
    }

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (_stream.Read(buffer) is var count and > 0)
            {
                lock (_output)
                    _output.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // EIO: nobody has the other side open any more.
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(int fd);

    [LibraryImport("libc")]
    private static partial int unlockpt(int fd);

    [LibraryImport("libc")]
    private static partial int ptsname_r(int fd, byte[] name, nuint length);

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, ulong request, ushort[] size);
}
