using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

public sealed class VariantTextTests
{
    [Theory]
    [InlineData("true", "b", "True")]
    [InlineData(" false ", "b", "False")]
    [InlineData("5", "i", "5")]
    [InlineData("-5", "i", "-5")]
    [InlineData("0x1F", "i", "31")]
    [InlineData("010", "i", "8")]
    [InlineData("1.5", "d", "1.5")]
    [InlineData("1e3", "d", "1000")]
    [InlineData("uint64 18446744073709551615", "t", "18446744073709551615")]
    [InlineData("int64 -9223372036854775808", "x", "-9223372036854775808")]
    [InlineData("byte 0xff", "y", "255")]
    [InlineData("uint16 7", "q", "7")]
    [InlineData("int16 -7", "n", "-7")]
    [InlineData("uint32 7", "u", "7")]
    [InlineData("double 7", "d", "7")]
    [InlineData("@t 7", "t", "7")]
    [InlineData("'it\\'s \\u00e9'", "s", "it's é")]
    [InlineData("\"a\\nb\"", "s", "a\nb")]
    [InlineData("objectpath '/a'", "o", "/a")]
    [InlineData("signature 'a{sv}'", "g", "a{sv}")]
    [InlineData("['a', 'b']", "as", "[a, b]")]
    [InlineData("@as []", "as", "[]")]
    [InlineData("[uint64 1, 2]", "at", "[1, 2]")]
    [InlineData("[byte 1, 2]", "ay", "[1, 2]")]
    [InlineData("b'ab'", "ay", "[97, 98, 0]")]
    [InlineData("[('/dev/null', 'rw')]", "a(ss)", "[[/dev/null, rw]]")]
    [InlineData("@(st) ('a', 5)", "(st)", "[a, 5]")]
    [InlineData("{'a': 1, 'b': 2}", "a{si}", "[[a, 1], [b, 2]]")]
    [InlineData("@a{sv} {}", "a{sv}", "[]")]
    [InlineData("{'a': <1>}", "a{sv}", "[[a, <i 1>]]")]
    [InlineData("<'x'>", "v", "<s x>")]
    public void ValuesHaveTypes(string text, string signature, string value)
    {
        BusVariant variant = VariantText.Parse(text);
        Assert.Equal(signature, variant.Signature);
        Assert.Equal(value, Text(variant.Value));
        // And they can be sent.
        BusVariant sent = Assert.IsType<BusVariant>(Assert.Single(BusValuesTests.Echo("v", variant)));
        Assert.Equal(signature, sent.Signature);
        Assert.Equal(value, Text(sent.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("5 6")]
    [InlineData("byte 256")]
    [InlineData("uint64 -1")]
    [InlineData("99999999999")]
    [InlineData("[]")]
    [InlineData("[1, 'a']")]
    [InlineData("[1")]
    [InlineData("'a")]
    [InlineData("@as ['a', 5]")]
    [InlineData("@x 'a'")]
    [InlineData("@ 'a'")]
    [InlineData("()")]
    [InlineData("objectpath 'a'")]
    [InlineData("'\\ud800'")]
    [InlineData("{1: 2")]
    [InlineData("099")]
    public void OthersAreNoValues(string text) => Assert.Throws<FormatException>(() => VariantText.Parse(text));

    [Fact]
    public void NestingHasAnEnd() => Assert.Throws<FormatException>(() => VariantText.Parse(new string('[', 100_000)));

    [Fact]
    public void AnnotationsAreProperties()
    {
        List<UnitProperty> properties = PropertyAnnotations.Read(new Dictionary<string, string>
        {
            ["org.systemd.property.TimeoutStopUSec"] = "uint64 123456789",
            ["org.systemd.property.TimeoutStopSec"] = "1.5",
            ["org.systemd.property.CollectMode"] = "'inactive-or-failed'",
            ["org.example"] = "not ours",
        });
        Assert.Equal(["TimeoutStopUSec t 123456789", "TimeoutStopUSec t 1500000", "CollectMode s inactive-or-failed"], properties.Select(one => $"{one.Name} {one.Value.Signature} {one.Value.Value}"));
    }

    [Theory]
    [InlineData("org.systemd.property.AB", "true")]
    [InlineData("org.systemd.property.A-B-C", "true")]
    [InlineData("org.systemd.property.", "true")]
    [InlineData("org.systemd.property.CollectMode", "inactive")]
    [InlineData("org.systemd.property.TimeoutStopSec", "'5'")]
    [InlineData("org.systemd.property.TimeoutStopSec", "-5")]
    public void AnnotationsThatAreNoneAreNamed(string key, string value)
    {
        OciException error = Assert.Throws<OciException>(() => PropertyAnnotations.Read(new Dictionary<string, string> { [key] = value }));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal("/annotations/" + key, error.SpecPointer);
    }

    internal static string Text(object value) => value switch
    {
        byte[] bytes => "[" + string.Join(", ", bytes) + "]",
        object[] values => "[" + string.Join(", ", values.Select(Text)) + "]",
        BusVariant variant => $"<{variant.Signature} {Text(variant.Value)}>",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
