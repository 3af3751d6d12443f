using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Wire;
using Xunit;

namespace OciRuntime.Core.Tests.Wire;

public sealed class ChannelTests
{
    /// <summary>unix(7): the kernel reports the loss of what the peer has not read before it gives what the peer has sent.</summary>
    [Fact]
    public unsafe void LastWordsOfAPeerThatHasNotReadAllAreHeard()
    {
        var received = new List<SafeFd>();
        using Channel channel = Channel.CreatePair(out SafeFd helper);
        Assert.True(channel.Send(MessageType.Program));
        byte[] record = new ChannelMessage(MessageType.Error) { Error = Errno.EMFILE, Text = "why" }.ToBytes();
        fixed (byte* bytes = record)
            Assert.Equal(record.Length, (int)Libc.write(helper.Number, bytes, record.Length));
        helper.Dispose();

        Assert.True(channel.TryReceive(out ChannelMessage message, received));
        Assert.Equal(MessageType.Error, message.Type);
        Assert.Equal("why", message.Text);
        Assert.False(channel.TryReceive(out _, received));
    }
}
