using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

public sealed class BusValuesTests
{
    private const string AllTypes = "ybnqiuxtdsogvaya{sv}a(st)as";

    private static readonly object[] s_values =
    [
        (byte)1, true, (short)-2, (ushort)3, -4, 5u, -6L, 7UL, 8.5, "nine", "/ten", "a(ss)", BusVariant.Of("twelve"), new byte[] { 1, 2, 3 },
        new object[] { new object[] { "a", BusVariant.Of(true) }, new object[] { "b", BusVariant.Of(1UL) } }, new object[] { new object[] { "x", 9UL } }, Array.Empty<object>(),
    ];

    [Fact]
    public void WhatIsSentIsReadAndComesBack() => Assert.Equal(s_values.Select(VariantTextTests.Text), Echo(AllTypes, s_values).Select(VariantTextTests.Text));

    [Fact]
    public void TextOfManyKilobytesComesBack()
    {
        object[] texts = [new string('é', 40_000), new string('x', 100_000)];
        Assert.Equal(texts, Echo("ss", texts));
    }

    [Fact]
    public void NulsAreNotSent() => Assert.Throws<FormatException>(() => Echo("s", "a\0b"));

    [Fact]
    public void VariantsInVariantsHaveAnEnd()
    {
        BusVariant nested = BusVariant.Of(true);
        for (int i = 0; i < 60; i++)
            nested = new("v", nested);
        Assert.Single(Echo("v", nested));
        for (int i = 0; i < 10; i++)
            nested = new("v", nested);
        Assert.Contains("nested too deep", Assert.Throws<OciException>(() => Answered("v", nested)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("(")]
    [InlineData("()")]
    [InlineData("{sv}")]
    [InlineData("a{vs}")]
    [InlineData("a{s}")]
    [InlineData("(s")]
    [InlineData("z")]
    public void SignaturesAreChecked(string signature) => Assert.Throws<FormatException>(() => BusSignature.Check(signature));

    [Fact]
    public void SignaturesAreNotEndless()
    {
        BusSignature.Check(new string('a', 32) + "y");
        Assert.Throws<FormatException>(() => BusSignature.Check(new string('a', 33) + "y"));
        Assert.Throws<FormatException>(() => BusSignature.Check(new string('(', 33) + "y" + new string(')', 33)));
        Assert.Throws<FormatException>(() => BusSignature.Check(new string('y', 256)));
    }

    [Theory]
    [InlineData("unix:path=/run/bus", "/run/bus")]
    [InlineData("unix:path=/run/a%20b,guid=00", "/run/a b")]
    [InlineData("tcp:host=x;unix:abstract=a/b;unix:path=/c", "@a/b /c")]
    [InlineData("unix:tmpdir=/tmp", "")]
    [InlineData("", "")]
    public void Addresses(string list, string sockets) => Assert.Equal(sockets, string.Join(' ', BusAddress.Parse(list)));

    /// <summary>Sends values to a bus that gives them back.</summary>
    internal static object[] Echo(string signature, params object[] values) => Call((call, bus) => bus.Return(call, call.Signature, call.Body), signature, values);

    private static object[] Answered(string signature, params object[] values) => Call((call, bus) => bus.Return(call, signature, values), string.Empty, []);

    private static object[] Call(Func<FakeMessage, FakeManager, byte[]> answer, string signature, object[] values)
    {
        using FakeManager bus = new FakeManager { Answers = (call, bus) => call.Member == "Echo" ? [answer(call, bus)] : null }.Start();
        using var connection = BusConnection.Connect([bus.Address], 10, timeout: 30_000);
        return connection.Answer(connection.Post("a.b", "/a", "a.b", "Echo", signature, values)).Body;
    }
}
