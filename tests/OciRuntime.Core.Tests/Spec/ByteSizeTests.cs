using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Sizes as people write them, and as they are shown.</summary>
public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("1023", 1023)]
    [InlineData("-1", -1)]
    [InlineData(" -1\t", -1)]
    [InlineData("7b", 7)]
    [InlineData("7B", 7)]
    [InlineData("1.0", 1)]
    [InlineData("1.", 1)]
    [InlineData("0k", 0)]
    [InlineData("1k", 1024)]
    [InlineData("1m", 1048576)]
    [InlineData("1g", 1073741824)]
    [InlineData("1t", 1099511627776)]
    [InlineData("1p", 1125899906842624)]
    [InlineData("3K", 3072)]
    [InlineData("3kb", 3072)]
    [InlineData("3KB", 3072)]
    [InlineData("3kib", 3072)]
    [InlineData("3KiB", 3072)]
    [InlineData("512m", 536870912)]
    [InlineData("64MiB", 67108864)]
    [InlineData("64Mb", 67108864)]
    [InlineData("1.5g", 1610612736)]
    [InlineData(".5k", 512)]
    [InlineData("0.25K", 256)]
    [InlineData("2 g", 2147483648)]
    [InlineData(" 2g\n", 2147483648)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9007199254740991k", 9223372036854774784)]
    [InlineData("8191p", 9222246136947933184)]
    public void SizesAreRead(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-2")]
    [InlineData("-1k")]
    [InlineData("+1")]
    [InlineData(".")]
    [InlineData("k")]
    [InlineData("b")]
    [InlineData("1.5")]
    [InlineData("1.5b")]
    [InlineData("1.2.3k")]
    [InlineData("1,5k")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("1e")]
    [InlineData("1z")]
    [InlineData("1bb")]
    [InlineData("1bib")]
    [InlineData("1ib")]
    [InlineData("1ki")]
    [InlineData("1kk")]
    [InlineData("1kbb")]
    [InlineData("1kibs")]
    [InlineData("1k b")]
    [InlineData("1 2")]
    [InlineData("1k2")]
    [InlineData("9223372036854775808")]
    [InlineData("9007199254740992k")]
    [InlineData("8192p")]
    [InlineData("99999999999999999999999999999999999999")]
    public void WhatIsNoSizeIsRefused(string? text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(1023, "1023")]
    [InlineData(1024, "1k")]
    [InlineData(1025, "1025")]
    [InlineData(1536, "1536")]
    [InlineData(2048, "2k")]
    [InlineData(1048575, "1048575")]
    [InlineData(1048576, "1m")]
    [InlineData(1572864, "1536k")]
    [InlineData(536870912, "512m")]
    [InlineData(1073741824, "1g")]
    [InlineData(1610612736, "1536m")]
    [InlineData(1099511627776, "1t")]
    [InlineData(1125899906842624, "1p")]
    [InlineData(1152921504606846976, "1024p")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(-1, "unlimited")]
    [InlineData(long.MinValue, "unlimited")]
    public void SizesAreShownInTheLargestUnitWithoutARest(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(3 << 10)]
    [InlineData(5L << 33)]
    [InlineData(long.MaxValue)]
    public void WhatIsShownReadsBack(long bytes)
    {
        Assert.True(ByteSize.TryParse(ByteSize.Format(bytes), out long read));
        Assert.Equal(bytes, read);
    }
}
