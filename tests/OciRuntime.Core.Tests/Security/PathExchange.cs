using System.Runtime.InteropServices;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Tests.Security;

/// <summary>Exchanges two paths again and again (RENAME_EXCHANGE), until it is disposed: who looks twice at one of them sees two things.</summary>
internal sealed partial class PathExchange : IDisposable
{
    private const uint RENAME_EXCHANGE = 2;

    private readonly Thread _thread;
    private volatile bool _ended;

    public PathExchange(string one, string other)
    {
        _thread = new Thread(() =>
        {
            while (!_ended)
                _ = renameat2(Libc.AT_FDCWD, one, Libc.AT_FDCWD, other, RENAME_EXCHANGE);
        });
        _thread.Start();
    }

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
