using System.Buffers.Binary;
using OciRuntime.Core.Criu;
using Xunit;

namespace OciRuntime.Core.Tests.Checkpoint;

/// <summary>The file that a dump leaves: the numbers are those of criu's magic.h and stats.proto.</summary>
public sealed class CriuStatisticsTests
{
    // stats_entry with a dump_stats_entry: freezing 9, frozen 4000, 3 pages skipped, 300 written.
    private const string Entry = "0A0A" + "0809" + "10A01F" + "3003" + "38AC02";

    [Fact]
    public void OfADump() => Assert.Equal(new CriuStatistics(TimeSpan.FromMilliseconds(4), 300, 3), CriuStatistics.TryDecode(File(Entry)));

    [Theory]
    [InlineData("")]
    [InlineData("1203080110")] // of a restore, cut off
    [InlineData("0AFF")]
    [InlineData("0A021098")]
    public void WhatIsNoneIsNull(string entry) => Assert.Null(CriuStatistics.TryDecode(File(entry)));

    [Fact]
    public void AnotherFileIsNull()
    {
        byte[] file = File(Entry);
        Assert.Null(CriuStatistics.TryDecode(file.AsSpan(0, 11)));
        Assert.Null(CriuStatistics.TryDecode(file.AsSpan(0, file.Length - 1)));
        file[4]++;
        Assert.Null(CriuStatistics.TryDecode(file));
    }

    private static byte[] File(string entry)
    {
        byte[] message = Convert.FromHexString(entry), file = new byte[12 + message.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(file, 0x55105940);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), 0x57093306);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), message.Length);
        message.CopyTo(file, 12);
        return file;
    }
}
