using System.Buffers.Binary;
using CsCheck;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Wire;
using Xunit;

namespace OciRuntime.Core.Tests.Wire;

public sealed class ChannelMessageTests
{
    [Fact]
    public void ARecordReadsBackAsItWasWritten() =>
        Gen.Select(Gen.Enum<MessageType>(), Gen.UInt, Gen.Int[0, 200], Gen.Enum<WireOp>(), Gen.ULong, Gen.String[Gen.Char['a', 'z'], 0, 216]).Sample((type, step, error, op, n, text) =>
        {
            if (type == MessageType.Timeline)
                return;
            var message = new ChannelMessage(type) { Step = step, Error = error, Op = op, N0 = n, N1 = ~n, Text = text };
            byte[] record = message.ToBytes();
            Assert.Equal(WireFormat.MessageSize, record.Length);
            ChannelMessage back = ChannelMessage.Parse(record);
            Assert.Equal((type, step, error, op, n, ~n, text), (back.Type, back.Step, back.Error, back.Op, back.N0, back.N1, back.Text));
        });

    [Fact]
    public void ATimelineReadsBack()
    {
        ChannelMessage back = ChannelMessage.Parse(new ChannelMessage(MessageType.Timeline) { Timeline = [1, 2, ulong.MaxValue] }.ToBytes());
        Assert.Equal([1, 2, ulong.MaxValue], back.Timeline);
        Assert.Equal(3ul, back.N0);
    }

    [Theory]
    [InlineData(0, 0u)] // type
    [InlineData(0, 7u)]
    [InlineData(0, 15u)]
    [InlineData(0, 27u)]
    [InlineData(4, 255u)] // length
    [InlineData(12, 0xffffffffu)] // errno
    [InlineData(20, 217u)] // text length
    public void NonsenseIsRefused(int offset, uint value)
    {
        byte[] record = new ChannelMessage(MessageType.Ready).ToBytes();
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(offset), value);
        Assert.Equal(OciErrorCode.HelperDied, Assert.Throws<OciException>(() => ChannelMessage.Parse(record)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(264)]
    [InlineData(1 << 20)]
    public void ARecordOfTheWrongSizeIsRefused(int size)
    {
        byte[] record = new byte[size];
        new ChannelMessage(MessageType.Ready).ToBytes().AsSpan(0, Math.Min(size, 256)).CopyTo(record);
        if (size >= 8)
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), size);
        Assert.Throws<OciException>(() => ChannelMessage.Parse(record));
    }

    [Fact]
    public void ATimelineOfTheWrongSizeIsRefused()
    {
        byte[] record = new ChannelMessage(MessageType.Timeline) { Timeline = [1, 2] }.ToBytes();
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), ulong.MaxValue / 8);
        Assert.Throws<OciException>(() => ChannelMessage.Parse(record));
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), 3);
        Assert.Throws<OciException>(() => ChannelMessage.Parse(record));
    }

    [Fact]
    public void ATimelineOfAllStepsIsRead()
    {
        ulong[] times = [.. Enumerable.Range(0, WireFormat.MaxSteps).Select(step => (ulong)step)];
        Assert.Equal(times, ChannelMessage.Parse(new ChannelMessage(MessageType.Timeline) { Timeline = times }.ToBytes()).Timeline);
        Assert.Throws<OciException>(() => ChannelMessage.Parse(new ChannelMessage(MessageType.Timeline) { Timeline = [.. times, 0] }.ToBytes()));
    }

    [Fact]
    public void ControlCharactersOfAContainerAreBlanks()
    {
        byte[] record = new ChannelMessage(MessageType.Error) { Text = "a\u001b[31m\nb" }.ToBytes();
        Assert.Equal("a [31m b", ChannelMessage.Parse(record).Text);
    }

    [Fact]
    public void ATextThatIsTooLongLosesItsEnd()
    {
        byte[] record = new ChannelMessage(MessageType.Error) { Text = new string('ä', 200) }.ToBytes();
        Assert.Equal(new string('ä', 108), ChannelMessage.Parse(record).Text);
    }

    [Fact]
    public void RandomBytesNeverDoMoreThanBeRefused() => Gen.Byte.Array[0, 600].Sample(bytes =>
    {
        try
        {
            ChannelMessage.Parse(bytes);
        }
        catch (OciException e)
        {
            Assert.Equal(OciErrorCode.HelperDied, e.Code);
        }
    });
}
