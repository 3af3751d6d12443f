using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The one reader of pipes and terminals.</summary>
public sealed unsafe class EndableStreamTests
{
    private const ulong TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441; // ioctl_tty(2)

    [Fact]
    public void ATerminalEndsWithItsLastProgram()
    {
        (SafeFd master, SafeFd other) = Terminal();
        using var stream = new EndableStream(master);
        Assert.Equal(2, Libc.write(other.Number, Address("hi"u8), 2));
        byte[] buffer = new byte[16];
        Assert.Equal(2, stream.Read(buffer));
        other.Dispose();
        Assert.Equal(0, stream.Read(buffer));
    }

    [Fact]
    public void WhatHasBeenWrittenIsReadBeforeTheEndThatSomebodySets()
    {
        (SafeFd master, SafeFd other) = Terminal();
        using var stream = new EndableStream(master);
        using (other)
        {
            Assert.Equal(2, Libc.write(other.Number, Address("hi"u8), 2));
            stream.EndWhenEmpty();
            byte[] buffer = new byte[16];
            Assert.Equal(2, stream.Read(buffer));
            Assert.Equal(0, stream.Read(buffer));
        }
    }

    private static byte* Address(ReadOnlySpan<byte> literal)
    {
        fixed (byte* start = literal)
            return start; // of the assembly, which does not move
    }

    private static (SafeFd Master, SafeFd Other) Terminal()
    {
        var master = new SafeFd(Libc.open("/dev/ptmx", Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0));
        int unlock = 0;
        Assert.Equal(0, Libc.ioctl(master.Number, TIOCSPTLCK, &unlock));
        int other = Libc.ioctl(master.Number, TIOCGPTPEER, (void*)(nint)(Libc.O_RDWR | Libc.O_NOCTTY));
        Assert.True(other >= 0, Errno.Text(Errno.Last));
        return (master, new SafeFd(other));
    }
}
