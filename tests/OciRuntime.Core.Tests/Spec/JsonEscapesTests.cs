using System.Buffers;
using System.Text;
using System.Text.Json;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Strings as JSON has them (RFC 8259, section 7).</summary>
public sealed class JsonEscapesTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\"quoted\\\"", @"\""quoted\\\""")]
    [InlineData("\b\f\n\r\t", @"\b\f\n\r\t")]
    [InlineData("\0\u001f", @"\u0000\u001f")]
    [InlineData("a\u2028b\u2029", @"a\u2028b\u2029")]
    [InlineData("\u007f<>&'/+\u00a0\u00e9", "\u007f<>&'/+\u00a0\u00e9")]
    [InlineData("\U0001F433 \u6f22", "\U0001F433 \u6f22")]
    public void OnlyWhatMustBeIsEscaped(string text, string expected)
    {
        Assert.Equal($"\"{expected}\"", Encoding.UTF8.GetString(Written(text)));
        Assert.Equal($"\"{expected}\"", Encoding.UTF8.GetString(WrittenAsUtf8(text)));
    }

    /// <summary>Half of a pair becomes U+FFFD; attributes can't hold one.</summary>
    [Fact]
    public void WhatIsNoCharacterIsReplaced()
    {
        Assert.Equal("\"a\uFFFD\"", Encoding.UTF8.GetString(Written("a" + '\uD83D')));
        Assert.Equal("\"\uFFFDb\"", Encoding.UTF8.GetString(Written('\uDC33' + "b")));
    }

    [Fact]
    public void WhatIsReadIsWhatWasWritten()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(40); length > 0; length--)
            {
                int scalar = random.Next(4) switch { 0 => random.Next(0x80), 1 => random.Next(0x2000, 0x2030), 2 => random.Next(0x10000, 0x110000), _ => random.Next(0xD800) };
                text.Append(new Rune(scalar));
            }
            string written = text.ToString();
            Assert.Equal(written, JsonSerializer.Deserialize<string>(Written(written)));
            Assert.Equal(written, JsonSerializer.Deserialize<string>(WrittenAsUtf8(written)));
        }
    }

    private static byte[] Written(string text) => Write(json => json.WriteStringValue(text));

    private static byte[] WrittenAsUtf8(string text) => Write(json => json.WriteStringValue(Encoding.UTF8.GetBytes(text)));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder }))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
