using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Processes, resources and mounts that are read, checked and written alone.</summary>
public sealed class SpecPartReaderTests
{
    [Theory]
    [InlineData("[]", "")]
    [InlineData(" [ ]\n", "")]
    [InlineData("\uFEFF[]", "")]
    [InlineData("[{\"destination\":\"/a\"},{\"destination\":\"/b\"}]", "/a,/b")]
    public void MountsAreReadAlone(string json, string destinations) =>
        Assert.Equal(destinations, string.Join(',', SpecReader.ReadMounts(Encoding.UTF8.GetBytes(json)).Select(static mount => mount.Destination)));

    [Theory]
    [InlineData("{}", null, "mounts.json: /mounts: mounts must be an array", "/mounts")]
    [InlineData("null", "x", "x: /mounts: mounts must be an array", "/mounts")]
    [InlineData("[{\"destination\":\"/a\"},{}]", null, "mounts.json: /mounts/1/destination: required, but missing", "/mounts/1/destination")]
    [InlineData("[", "x", "x:1:2: not valid JSON: expected a value or \"]\", found the end of the text", "")]
    // What would end the list and go on with other properties.
    [InlineData("[],\"root\":[]", "x", "x:1:3: not valid JSON: expected the end of the text, found ','", "")]
    public void OtherMountsAreRefused(string json, string? file, string message, string pointer)
    {
        OciException error = Assert.Throws<OciException>(() => SpecReader.ReadMounts(Encoding.UTF8.GetBytes(json), file));
        Assert.Equal((OciErrorCode.InvalidSpec, message, pointer), (error.Code, error.Message, error.SpecPointer));
    }

    [Fact]
    public void EachHasAFileNameOfItsOwn()
    {
        Assert.Equal("config.json: expected an object, found an array", Message(static () => SpecReader.Read("[]"u8)));
        Assert.Equal("process.json: expected an object, found an array", Message(static () => SpecReader.ReadProcess("[]"u8)));
        Assert.Equal("resources.json: expected an object, found an array", Message(static () => SpecReader.ReadResources("[]"u8)));
        Assert.Equal("x: expected an object, found an array", Message(static () => SpecReader.Read("[]"u8, "x")));
        Assert.Equal("x: expected an object, found an array", Message(static () => SpecReader.ReadProcess("[]"u8, "x")));
        Assert.Equal("x: expected an object, found an array", Message(static () => SpecReader.ReadResources("[]"u8, "x")));
        var resources = new OciResources { Cpu = new() { Idle = 2 } };
        Assert.Equal("config.json: /root: is missing: a container needs a root filesystem", Message(static () => SpecValidator.Validate(new())));
        Assert.Equal("process.json: /cwd: must not be empty", Message(static () => SpecValidator.ValidateProcess(new())));
        Assert.Equal("resources.json: /cpu/idle: must be 0 or 1, found 2", Message(() => SpecValidator.ValidateResources(resources)));
        Assert.Equal("x: /root: is missing: a container needs a root filesystem", Message(static () => SpecValidator.Validate(new(), "x")));
        Assert.Equal("x: /cwd: must not be empty", Message(static () => SpecValidator.ValidateProcess(new(), "x")));
        Assert.Equal("x: /cpu/idle: must be 0 or 1, found 2", Message(() => SpecValidator.ValidateResources(resources, "x")));
    }

    [Fact]
    public void ThereMustBeSomething()
    {
        Assert.Throws<ArgumentNullException>(static () => SpecValidator.Validate(null!));
        Assert.Throws<ArgumentNullException>(static () => SpecValidator.ValidateProcess(null!));
        Assert.Throws<ArgumentNullException>(static () => SpecValidator.ValidateResources(null!));
        Assert.Throws<ArgumentNullException>(static () => SpecWriter.Write(null!));
        Assert.Throws<ArgumentNullException>(static () => SpecWriter.WriteProcess(null!));
        Assert.Throws<ArgumentNullException>(static () => SpecWriter.WriteResources(null!));
    }

    /// <summary>The types of config-linux.md: what is the largest of each, and what is one more.</summary>
    [Theory]
    [InlineData("{\"blockIO\":{\"weight\":65535}}", null)]
    [InlineData("{\"blockIO\":{\"weight\":-1}}", "/blockIO/weight")]
    [InlineData("{\"network\":{\"classID\":4294967295}}", null)]
    [InlineData("{\"network\":{\"classID\":4294967296}}", "/network/classID")]
    [InlineData("{\"cpu\":{\"shares\":18446744073709551615}}", null)]
    [InlineData("{\"cpu\":{\"shares\":18446744073709551616}}", "/cpu/shares")]
    [InlineData("{\"cpu\":{\"quota\":-9223372036854775808}}", null)]
    [InlineData("{\"cpu\":{\"quota\":-9223372036854775809}}", "/cpu/quota")]
    [InlineData("{\"cpu\":{\"quota\":9223372036854775808}}", "/cpu/quota")]
    [InlineData("{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}]}}", null)]
    [InlineData("{\"blockIO\":{\"throttleReadBpsDevice\":[{\"minor\":0,\"rate\":1}]}}", "/blockIO/throttleReadBpsDevice/0/major")]
    [InlineData("{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"rate\":1}]}}", "/blockIO/throttleReadBpsDevice/0/minor")]
    [InlineData("{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0}]}}", "/blockIO/throttleReadBpsDevice/0/rate")]
    [InlineData("{\"hugepageLimits\":[{\"limit\":1}]}", "/hugepageLimits/0/pageSize")]
    [InlineData("{\"memory\":{\"disableOOMKiller\":1}}", "/memory/disableOOMKiller")]
    [InlineData("{\"unified\":{\"a\":1}}", "/unified/a")]
    [InlineData("{\"rdma\":{\"a\":1}}", "/rdma/a")]
    public void NumbersHaveTheirBounds(string json, string? pointer)
    {
        OciException? error = Record.Exception(() => SpecReader.ReadResources(Encoding.UTF8.GetBytes(json))) as OciException;
        Assert.Equal(pointer, error?.SpecPointer);
        if (pointer is null)
            Assert.Equal(json, Encoding.UTF8.GetString(SpecWriter.WriteResources(SpecReader.ReadResources(Encoding.UTF8.GetBytes(json)))));
    }

    /// <summary>An empty environment of a hook is not the same as none (config.md, "POSIX-platform Hooks").</summary>
    [Fact]
    public void WhatIsEmptyIsWrittenWhereItSaysSomething()
    {
        var spec = new OciSpec
        {
            Hooks = new() { Prestart = [new() { Path = "/a", Env = [], Args = [] }, new() { Path = "/b" }] },
            Linux = new() { TimeOffsets = new() { ["boottime"] = new() { Secs = 1 }, ["monotonic"] = new() { Nanosecs = 2 } } },
        };
        Assert.Equal(
            "{\"hooks\":{\"prestart\":[{\"path\":\"/a\",\"env\":[]},{\"path\":\"/b\"}]},"
            + "\"linux\":{\"timeOffsets\":{\"boottime\":{\"secs\":1},\"monotonic\":{\"nanosecs\":2}}}}",
            Encoding.UTF8.GetString(SpecWriter.Write(spec)));
        OciSpec read = SpecReader.Read(SpecWriter.Write(spec));
        Assert.Equal([], read.Hooks!.Prestart![0].Env!);
        Assert.Null(read.Hooks.Prestart[1].Env);
        Assert.Equal((1, 0u), (read.Linux!.TimeOffsets!["boottime"].Secs, read.Linux.TimeOffsets["boottime"].Nanosecs));
        Assert.Equal((0, 2u), (read.Linux.TimeOffsets["monotonic"].Secs, read.Linux.TimeOffsets["monotonic"].Nanosecs));
    }

    private static string Message(Action read) => Assert.Throws<OciException>(read).Message;
}
