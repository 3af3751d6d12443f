using System.Text;
using OciRuntime.Core.Spec.Schema;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Where the first value of a pipe ends; -1 while more of it may come.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", -1)]
    [InlineData(" \r\n\t", -1)]
    [InlineData("{", -1)]
    [InlineData("{}", 2)]
    [InlineData("  {}", 4)]
    [InlineData("{}\n", 2)]
    [InlineData("{} {}", 2)]
    [InlineData("{}x", 2)]
    [InlineData("[]", 2)]
    [InlineData("[", -1)]
    [InlineData("[1,2]\n", 5)]
    [InlineData("[[]", -1)]
    [InlineData("[[]]", 4)]
    [InlineData("{\"a\":{}", -1)]
    [InlineData("{\"a\":{}}", 8)]
    [InlineData("{\"a\":[]}", 8)]
    [InlineData("{\"a\":1", -1)]
    [InlineData("{\"a\":\"}\"}", 9)]
    [InlineData("{\"a\":\"", -1)]
    [InlineData("\"x\"", 3)]
    [InlineData("\"x", -1)]
    // Another digit may follow.
    [InlineData("12", -1)]
    [InlineData("12 ", 2)]
    [InlineData("nul", -1)]
    [InlineData("null ", 4)]
    // What can't become JSON is read no further.
    [InlineData("}", 1)]
    [InlineData("{]", 2)]
    [InlineData("{] and more", 11)]
    [InlineData("nope", 4)]
    [InlineData("{\"a\" 1", 6)]
    [InlineData("\uFEFF{}", 5)]
    [InlineData("\uFEFF{}\n", 5)]
    [InlineData("\uFEFF{", -1)]
    [InlineData("\uFEFF", -1)]
    public void TheFirstValueEnds(string text, int end) => Assert.Equal(end, JsonText.EndOfFirst(Encoding.UTF8.GetBytes(text)));

    /// <summary>A byte order mark, whole or as far as it has come; UTF-16 is read to its end.</summary>
    [Theory]
    [InlineData(new byte[] { 0xEF }, -1)]
    [InlineData(new byte[] { 0xEF, 0xBB }, -1)]
    [InlineData(new byte[] { 0xEF, 0xBC }, 2)]
    [InlineData(new byte[] { 0xFF }, -1)]
    [InlineData(new byte[] { 0xFE }, -1)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0, 0x7D, 0 }, -1)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 0x7B, 0, 0x7D }, -1)]
    [InlineData(new byte[] { 0xFD }, 1)]
    public void MarksOfByteOrderAreAwaited(byte[] text, int end) => Assert.Equal(end, JsonText.EndOfFirst(text));

    [Fact]
    public void ValuesEndAtAnyDepthThatIsRead()
    {
        Assert.Equal(2 * JsonText.MaxDepth, JsonText.EndOfFirst(Nested(JsonText.MaxDepth)));
        byte[] deeper = Nested(JsonText.MaxDepth + 1);
        Assert.Equal(JsonText.MaxDepth + 1, JsonText.EndOfFirst(deeper.AsSpan(0, JsonText.MaxDepth + 1)));

        static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
    }
}
