using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>A reader that collects findings tells all of them, with their pointers, and keeps what fits.</summary>
public sealed class ReadingGoesOnTests
{
    private const string BadName = "a name in it is not valid UTF-8";
    private const string BadText = "expected a string in valid UTF-8";

    [Theory]
    [InlineData("null", ": null")]
    [InlineData("[]", ": expected an object, found an array")]
    [InlineData("""{"process":[],"root":1,"hostname":2,"mounts":{}}""",
        "/process: expected an object, found an array|/root: expected an object, found 1|/hostname: expected a string, found 2|/mounts: expected an array, found an object")]
    [InlineData("""{"mounts":[1,{"destination":"/a"},null]}""", "/mounts/0: expected an object, found 1|/mounts/2: expected an object, found null")]
    [InlineData("""{"mounts":[{}]}""", "/mounts/0/destination: required, but missing")]
    [InlineData("""{"process":{"cwd":"/","args":["\ud800","a",1,null]}}""",
        $"/process/args/0: {BadText}|/process/args/2: expected a string, found 1|/process/args/3: null")]
    [InlineData("""{"annotations":{"a":"\ud800","b":1,"c":"d"}}""", $"/annotations/a: {BadText}|/annotations/b: expected a string, found 1")]
    [InlineData("""{"annotations":{"\ud800":"a","c":"d"}}""", $"/annotations: {BadName}")]
    [InlineData("""{"hostname":"\ud800"}""", $"/hostname: {BadText}")]
    [InlineData("""{"linux":{"netDevices":{"a":1,"b":{"name":"c"}}}}""", "/linux/netDevices/a: expected an object, found 1")]
    [InlineData("""{"linux":{"resources":{"blockIO":{"throttleReadBpsDevice":[{}]}}}}""",
        "/linux/resources/blockIO/throttleReadBpsDevice/0/major: required, but missing|/linux/resources/blockIO/throttleReadBpsDevice/0/minor: required, but missing"
        + "|/linux/resources/blockIO/throttleReadBpsDevice/0/rate: required, but missing")]
    [InlineData("""{"linux":{"uidMappings":[{"hostID":-1,"size":4294967296}]}}""",
        "/linux/uidMappings/0/containerID: required, but missing|/linux/uidMappings/0/hostID: expected an integer from 0 to 4294967295, found -1"
        + "|/linux/uidMappings/0/size: expected an integer from 0 to 4294967295, found 4294967296")]
    [InlineData("""{"process":{"cwd":"/","terminal":1,"user":{"uid":0,"gid":0,"additionalGids":[1,"2"]}}}""",
        "/process/terminal: expected true or false, found 1|/process/user/additionalGids/1: expected an integer from 0 to 4294967295, found the string \"2\"")]
    public void EachIsTold(string json, string findings) => Assert.Equal(findings, string.Join('|', Read(json).Findings));

    [Fact]
    public void WhatFitsIsKept()
    {
        Assert.Equal("/a", Assert.Single(Read("""{"mounts":[1,{"destination":"/a"}]}""").Spec.Mounts!).Destination);
        Assert.Equal(["a"], Read("""{"process":{"cwd":"/","args":["\ud800","a",1,null]}}""").Spec.Process!.Args);
        Assert.Equal(["c"], Read("""{"annotations":{"a":"\ud800","b":1,"c":"d"}}""").Spec.Annotations!.Keys);
        Assert.Equal(["c"], Read("""{"annotations":{"\ud800":"a","c":"d"}}""").Spec.Annotations!.Keys);
        (string name, OciNetDevice device) = Assert.Single(Read("""{"linux":{"netDevices":{"a":1,"b":{"name":"c"}}}}""").Spec.Linux!.NetDevices!);
        Assert.Equal(("b", "c"), (name, device.Name));
        Assert.Equal("h", Read("""{"process":[],"hostname":"h"}""").Spec.Hostname);
    }

    /// <summary>The other names of such an object can't be told apart from it, so that none of them is found; it is no error of the reader.</summary>
    [Theory]
    [InlineData("""{"\ud800":1}""", "")]
    [InlineData("""{"linux":{"\ud800":1}}""", "/linux")]
    [InlineData("""{"linux":{"netDevices":{"\ud800":{},"a":{}}}}""", "/linux/netDevices")]
    public void ANameThatIsNoTextIsToldAtItsObject(string json, string pointer) => Assert.Equal([$"{pointer}: {BadName}"], Read(json).Findings.Distinct());

    /// <summary>What is found is shown, of a long text the beginning.</summary>
    [Theory]
    [InlineData(40, "")]
    [InlineData(41, "...")]
    public void ALongTextIsCut(int length, string more)
    {
        string text = new('x', length);
        Assert.Equal([$"/process: expected an object, found the string \"{text[..40]}{more}\""], Read($$"""{"process":"{{text}}"}""").Findings);
    }

    [Fact]
    public void WithoutFindingsTheFirstOneIsTheError()
    {
        OciException error = Assert.Throws<OciException>(static () => SpecReader.Read("""{"ociVersion":"1.3.0","mounts":[1,2]}"""u8));
        Assert.Equal(("config.json: /mounts/0: expected an object, found 1", "/mounts/0"), (error.Message, error.SpecPointer));
        Assert.Null(SpecReader.Read("null"u8).OciVersion);
    }

    /// <summary>A property that nobody knows may go deeper than the 64 levels that a parser of .NET takes by itself.</summary>
    [Fact]
    public void WhatIsIgnoredMayBeDeep()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500));
        Assert.Equal("h", SpecReader.Read(Encoding.UTF8.GetBytes($$"""{"ociVersion":"1.3.0","x":{{deep}},"hostname":"h"}""")).Hostname);
    }

    [Fact]
    public void KeysAreWrittenInTheirOrderAndZeroIsLeftOut()
    {
        var spec = new OciSpec
        {
            Process = new() { Cwd = "/", User = new() { AdditionalGids = [] } },
            Linux = new()
            {
                NetDevices = new() { ["y"] = new(), ["x"] = new() },
                Seccomp = new()
                {
                    DefaultAction = "SCMP_ACT_ALLOW",
                    Syscalls = [new() { Names = ["a"], Action = "SCMP_ACT_ERRNO", Args = [new() { Op = "SCMP_CMP_EQ", Value = 1 }, new() { Op = "SCMP_CMP_MASKED_EQ", Value = 1, ValueTwo = 2 }] }],
                },
            },
        };
        string json = Encoding.UTF8.GetString(SpecWriter.Write(spec));
        Assert.DoesNotContain("additionalGids", json, StringComparison.Ordinal);
        Assert.Contains("\"netDevices\":{\"x\":{},\"y\":{}}", json, StringComparison.Ordinal);
        Assert.Contains("{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},{\"index\":0,\"value\":1,\"valueTwo\":2,\"op\":\"SCMP_CMP_MASKED_EQ\"}", json, StringComparison.Ordinal);
    }

    [Fact]
    public void PartsThatAreNoTextAreRefusedByName()
    {
        foreach (Action parse in (Action[])[
            static () => OciMount.Parse(null!), static () => OciNamespace.Parse(null!), static () => OciIdMapping.Parse(null!), static () => OciUser.Parse(null!),
            static () => OciRlimit.Parse(null!), static () => CapabilityNames.Parse(null!), static () => UserDatabase.Parse("", "").Resolve(null!)])
            Assert.Throws<ArgumentNullException>(parse);
        Assert.Throws<ArgumentException>(static () => UserDatabase.Open(""));
    }

    [Fact]
    public void ANameThatIsThereTwiceCountsOnce() => Assert.Equal(1UL << 5, CapabilityNames.Set(["CAP_KILL", "CAP_KILL"], null));

    private static (OciSpec Spec, List<string> Findings) Read(string json)
    {
        var findings = new Collected();
        return (SpecReader.ReadAll(Encoding.UTF8.GetBytes(json), "config.json", findings), findings.All);
    }

    private sealed class Collected : ISpecFindings
    {
        public List<string> All { get; } = [];

        public void Invalid(string pointer, string problem) => All.Add($"{pointer}: {problem}");

        public void Unknown(string pointer, string name, IReadOnlyList<string> known) => All.Add(string.Create(CultureInfo.InvariantCulture, $"{pointer}: unknown {name}"));

        public void Null(string pointer) => All.Add($"{pointer}: null");

        public void Duplicate(string pointer, string name) => All.Add($"{pointer}: duplicate {name}");
    }
}
