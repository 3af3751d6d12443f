using OciRuntime.Core.Systemd.Bus;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

public sealed class BusMessageTests
{
    private const string AllTypes = "ybnqiuxtdsogvaya{sv}a(st)as";

    private static readonly object[] s_values =
    [
        (byte)1, true, (short)-2, (ushort)3, -4, 5u, -6L, 7UL, 8.5, "nine", "/ten", "a(ss)", BusVariant.Of("twelve"), new byte[] { 1, 2, 3 },
        new object[] { new object[] { "a", BusVariant.Of(true) }, new object[] { "b", BusVariant.Of(1UL) } }, new object[] { new object[] { "x", 9UL } }, Array.Empty<object>(),
    ];

    [Fact]
    public void WhatIsSentIsRead()
    {
        var message = new BusMessage { Type = BusMessageType.MethodCall, Serial = 5, Path = "/a", Interface = "b.c", Member = "D", Destination = "e.f", Signature = AllTypes, Body = s_values };
        byte[] bytes = message.Encode();
        Assert.Equal(bytes.Length, BusMessage.LengthOf(bytes));
        BusMessage read = BusMessage.Decode(bytes);
        Assert.Equal((message.Type, message.Serial, message.Path, message.Interface, message.Member, message.Destination), (read.Type, read.Serial, read.Path, read.Interface, read.Member, read.Destination));
        Assert.Equal(s_values.Select(VariantTextTests.Text), read.Body.Select(VariantTextTests.Text));
    }

    [Fact]
    public void TheOtherByteOrderIsRead()
    {
        byte[] bytes =
        [
            (byte)'B', 4, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0, 14,
            8, 1, (byte)'g', 0, 1, (byte)'u', 0, 0,
            5, 1, (byte)'u', 0, 0, 0,
        ];
        // Field 8 is the signature "u"; field 5 would be cut off here, so it is left out.
        byte[] whole = [.. bytes[..12], 0, 0, 0, 7, .. bytes[16..23], 0, 1, 2, 3, 4];
        Assert.Equal(whole.Length, BusMessage.LengthOf(whole));
        BusMessage read = BusMessage.Decode(whole);
        Assert.Equal(9u, read.Serial);
        Assert.Equal([0x01020304u], read.Body);
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

    [Fact]
    public void VariantsInVariantsHaveAnEnd()
    {
        byte[] body = [.. Enumerable.Repeat(new byte[] { 1, (byte)'v', 0 }, 200).SelectMany(one => one)];
        Assert.Throws<FormatException>(() => new BusReader(body, bigEndian: false).Values("v"));
    }

    [Fact]
    public void RandomBodiesAreReadOrRefused()
    {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] body = new byte[random.Next(64)];
            random.NextBytes(body);
            for (int k = 0; k < body.Length; k += 3)
                body[k] &= 3;
            try
            {
                new BusReader(body, i % 2 == 0).Values(AllTypes[random.Next(13)..]);
            }
            catch (FormatException)
            {
                // Refused: anything else fails the test.
            }
        }
    }

    [Theory]
    [InlineData("unix:path=/run/bus", "/run/bus")]
    [InlineData("unix:path=/run/a%20b,guid=00", "/run/a b")]
    [InlineData("tcp:host=x;unix:abstract=a/b;unix:path=/c", "@a/b /c")]
    [InlineData("unix:tmpdir=/tmp", "")]
    [InlineData("", "")]
    public void Addresses(string list, string sockets) => Assert.Equal(sockets, string.Join(' ', BusAddress.Parse(list)));
}
