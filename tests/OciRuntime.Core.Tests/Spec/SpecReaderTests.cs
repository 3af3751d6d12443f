using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

public class SpecReaderTests
{
    private const string V = "\"ociVersion\":\"1.0.2\"";

    public static TheoryData<string, string, string> Bad => new()
    {
        { "[]", "", "config.json: expected an object, found an array" },
        { "{\"ociVersion\":1}", "/ociVersion", "config.json: /ociVersion: expected a string, found 1" },
        { "{\"ociVersion\":\"2.0.0\"}", "/ociVersion", "config.json: /ociVersion: expected 1.x, found \"2.0.0\"" },
        { $"{{{V},\"root\":{{}}}}", "/root/path", "config.json: /root/path: required, but missing" },
        { $"{{{V},\"root\":\"rootfs\"}}", "/root", "config.json: /root: expected an object, found the string \"rootfs\"" },
        { $"{{{V},\"root\":{{\"path\":\"r\",\"readonly\":\"yes\"}}}}", "/root/readonly", "config.json: /root/readonly: expected true or false, found the string \"yes\"" },
        { $"{{{V},\"hostname\":[\"a\"]}}", "/hostname", "config.json: /hostname: expected a string, found an array" },
        { $"{{{V},\"hostname\":\"\\ud800\"}}", "/hostname", "config.json: /hostname: expected a string in valid UTF-8" },
        { $"{{{V},\"process\":{{}}}}", "/process/cwd", "config.json: /process/cwd: required, but missing" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"user\":{{\"uid\":-1}}}}}}", "/process/user/uid", "config.json: /process/user/uid: expected an integer from 0 to 4294967295, found -1" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"user\":{{\"uid\":4294967296}}}}}}", "/process/user/uid", "config.json: /process/user/uid: expected an integer from 0 to 4294967295, found 4294967296" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"user\":{{\"gid\":1.0}}}}}}", "/process/user/gid", "config.json: /process/user/gid: expected an integer from 0 to 4294967295, found 1.0" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"user\":{{\"uid\":\"0\"}}}}}}", "/process/user/uid", "config.json: /process/user/uid: expected an integer from 0 to 4294967295, found the string \"0\"" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"user\":{{\"additionalGids\":[1,-2]}}}}}}", "/process/user/additionalGids/1", "config.json: /process/user/additionalGids/1: expected an integer from 0 to 4294967295, found -2" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"args\":[\"a\",7]}}}}", "/process/args/1", "config.json: /process/args/1: expected a string, found 7" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"args\":\"sh\"}}}}", "/process/args", "config.json: /process/args: expected an array, found the string \"sh\"" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"oomScoreAdj\":1e3}}}}", "/process/oomScoreAdj", "config.json: /process/oomScoreAdj: expected an integer from -2147483648 to 2147483647, found 1e3" },
        { $"{{{V},\"process\":{{\"cwd\":\"/\",\"rlimits\":[{{\"type\":\"RLIMIT_CPU\",\"hard\":1}}]}}}}", "/process/rlimits/0/soft", "config.json: /process/rlimits/0/soft: required, but missing" },
        { $"{{{V},\"mounts\":[{{\"destination\":\"/a\"}},{{\"type\":\"proc\"}}]}}", "/mounts/1/destination", "config.json: /mounts/1/destination: required, but missing" },
        { $"{{{V},\"mounts\":[null]}}", "/mounts/0", "config.json: /mounts/0: expected an object, found null" },
        { $"{{{V},\"mounts\":{{}}}}", "/mounts", "config.json: /mounts: expected an array, found an object" },
        { $"{{{V},\"annotations\":{{\"a/b~c\":1}}}}", "/annotations/a~1b~0c", "config.json: /annotations/a~1b~0c: expected a string, found 1" },
        { $"{{{V},\"annotations\":[]}}", "/annotations", "config.json: /annotations: expected an object, found an array" },
        { $"{{{V},\"hooks\":{{\"poststop\":[{{}}]}}}}", "/hooks/poststop/0/path", "config.json: /hooks/poststop/0/path: required, but missing" },
        { $"{{{V},\"linux\":{{\"namespaces\":[{{\"path\":\"/x\"}}]}}}}", "/linux/namespaces/0/type", "config.json: /linux/namespaces/0/type: required, but missing" },
        { $"{{{V},\"linux\":{{\"uidMappings\":[{{\"containerID\":0,\"hostID\":0}}]}}}}", "/linux/uidMappings/0/size", "config.json: /linux/uidMappings/0/size: required, but missing" },
        { $"{{{V},\"linux\":{{\"resources\":{{\"memory\":{{\"limit\":\"64M\"}}}}}}}}", "/linux/resources/memory/limit", "config.json: /linux/resources/memory/limit: expected an integer from -9223372036854775808 to 9223372036854775807, found the string \"64M\"" },
        { $"{{{V},\"linux\":{{\"resources\":{{\"blockIO\":{{\"weight\":65536}}}}}}}}", "/linux/resources/blockIO/weight", "config.json: /linux/resources/blockIO/weight: expected an integer from 0 to 65535, found 65536" },
        { $"{{{V},\"linux\":{{\"resources\":{{\"devices\":[{{\"access\":\"rwm\"}}]}}}}}}", "/linux/resources/devices/0/allow", "config.json: /linux/resources/devices/0/allow: required, but missing" },
        { $"{{{V},\"linux\":{{\"resources\":{{\"rdma\":{{\"mlx/5\":{{\"hcaHandles\":-1}}}}}}}}}}", "/linux/resources/rdma/mlx~15/hcaHandles", "config.json: /linux/resources/rdma/mlx~15/hcaHandles: expected an integer from 0 to 4294967295, found -1" },
        { $"{{{V},\"linux\":{{\"seccomp\":{{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{{\"names\":null,\"action\":\"a\"}}]}}}}}}", "/linux/seccomp/syscalls/0/names", "config.json: /linux/seccomp/syscalls/0/names: required, but missing" },
        { $"{{{V},\"hostname\":12345678901234567890123456789012345678901234567890}}", "/hostname", "config.json: /hostname: expected a string, found 1234567890123456789012345678901234567890..." },
        { $"{{{V},\"root\":\"a\\nb\"}}", "/root", "config.json: /root: expected an object, found the string \"a?b\"" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadValuesNameTheirPlace(string json, string pointer, string message)
    {
        OciException error = Assert.Throws<OciException>(() => Read(json));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal(pointer, error.SpecPointer);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void AByteOrderMarkTellsTheEncoding()
    {
        string json = "{\"ociVersion\":\"1.0.2\",\"hostname\":\"ä\"}";
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true)])
            Assert.Equal("ä", SpecReader.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(json)]).Hostname);
    }

    /// <summary>Line and column, what could have come there, and what did: all of the message is ours.</summary>
    [Theory]
    [InlineData("", "1:1: not valid JSON: expected a value, found nothing")]
    [InlineData(" \n", "2:1: not valid JSON: expected a value, found nothing")]
    [InlineData("{", "1:2: not valid JSON: expected a name in double quotes or \"}\", found the end of the text")]
    [InlineData("{\n  \"ociVersion\": \"1.0.2\",\n}", "3:1: not valid JSON: expected a comma and the next name, or \"}\", found '}'")]
    [InlineData("{\n  // no\n}", "2:3: not valid JSON: expected a name in double quotes or \"}\", found '/'")]
    [InlineData("{\"ociVersion\":\"1.0.2\"} x", "1:24: not valid JSON: expected the end of the text, found 'x'")]
    [InlineData("{\"a\":01}", "1:7: not valid JSON: expected a colon and a value, found '1'")]
    [InlineData("{\"a\" 1}", "1:6: not valid JSON: expected a colon and a value, found '1'")]
    [InlineData("{\"a\":[1 2]}", "1:9: not valid JSON: expected a comma and the next value, or \"]\", found '2'")]
    [InlineData("{\"a\":[", "1:7: not valid JSON: expected a value or \"]\", found the end of the text")]
    [InlineData("{\"a\":\"b", "1:8: not valid JSON: unterminated string")]
    [InlineData("{\"a\":\"b\nc\"}", "1:8: not valid JSON: a string can't contain the character U+000A")]
    [InlineData("{\"a\":\"\\q\"}", "1:8: not valid JSON: a string can't contain 'q'")]
    [InlineData("{\"a\":tru}", "1:9: not valid JSON: expected a colon and a value, found '}'")]
    [InlineData("{'a':1}", "1:2: not valid JSON: expected a name in double quotes or \"}\", found '''")]
    [InlineData("# yaml\nociVersion: 1", "1:1: not valid JSON: expected a value, found '#'")]
    public void SyntaxErrorsNameLineAndColumn(string json, string message)
    {
        OciException error = Assert.Throws<OciException>(() => Read(json));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal("config.json:" + message, error.Message);
        Assert.Equal("", error.SpecPointer);
    }

    [Fact]
    public void InvalidUtf8IsRefused()
    {
        byte[] json = [.. Encoding.UTF8.GetBytes($"{{{V},\"hostname\":\"a"), 0xFF, .. "\"}"u8];
        OciException error = Assert.Throws<OciException>(() => SpecReader.Read(json));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
    }

    [Fact]
    public void NullCountsAsAbsent()
    {
        OciSpec spec = Read($"{{{V},\"process\":null,\"hostname\":null,\"mounts\":null,\"linux\":{{\"resources\":null,\"sysctl\":null}}}}");
        Assert.Null(spec.Process);
        Assert.Null(spec.Hostname);
        Assert.Null(spec.Mounts);
        Assert.Null(spec.Linux!.Resources);
        Assert.Null(spec.Linux.Sysctl);
    }

    [Fact]
    public void LastDuplicateCounts()
    {
        OciSpec spec = Read($"{{{V},\"hostname\":\"a\",\"hostname\":\"b\",\"annotations\":{{\"k\":\"1\",\"k\":\"2\"}}}}");
        Assert.Equal("b", spec.Hostname);
        Assert.Equal("2", spec.Annotations!["k"]);
    }

    [Fact]
    public void NamesAreExactAndUnknownOnesAreIgnored()
    {
        OciSpec spec = Read($"{{{V},\"HostName\":\"a\",\"windows\":7,\"x\":{{}}}}");
        Assert.Null(spec.Hostname);
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.0.2-dev")]
    [InlineData("1.3.0")]
    [InlineData("1.99.1-rc.1+build.05")]
    [InlineData("1.0.0-01")]
    [InlineData("01.0.0")]
    [InlineData("1.0.0.0")]
    [InlineData("v1.0.0")]
    [InlineData("1.0")]
    [InlineData("1")]
    public void EveryVersionOneIsAccepted(string version) => Assert.Equal(version, Read($"{{\"ociVersion\":\"{version}\"}}").OciVersion);

    [Theory]
    [InlineData("2.0.0")]
    [InlineData("0.9.0")]
    [InlineData("v2.0.0")]
    [InlineData("10.0.0")]
    [InlineData("1x")]
    [InlineData("latest")]
    [InlineData("v")]
    public void OtherVersionsAreNot(string version)
    {
        OciException error = Assert.Throws<OciException>(() => Read($"{{\"ociVersion\":\"{version}\"}}"));
        Assert.Equal(Refusal.UnknownVersion, error.Refusal);
    }

    [Fact]
    public void FileNameIsInTheMessage()
    {
        OciException error = Assert.Throws<OciException>(() => SpecReader.ReadProcess("{}"u8, "/tmp/p.json"));
        Assert.Equal("/tmp/p.json: /cwd: required, but missing", error.Message);
    }

    [Fact]
    public void ResourcesOfUpdateAreRead()
    {
        OciResources resources = SpecReader.ReadResources("{\"memory\":{\"limit\":-1},\"cpu\":{\"shares\":18446744073709551615,\"quota\":null},\"pids\":{}}"u8);
        Assert.Equal(-1, resources.Memory!.Limit);
        Assert.Equal(ulong.MaxValue, resources.Cpu!.Shares);
        Assert.Null(resources.Cpu.Quota);
        Assert.Null(resources.Pids!.Limit);
    }

    [Fact]
    public void MissingFileHasRuncsWords()
    {
        using var directory = new TemporaryDirectory();
        OciException error = Assert.Throws<OciException>(() => SpecReader.ReadFile(directory["config.json"]));
        Assert.Equal(OciErrorCode.BundleNotFound, error.Code);
        Assert.Equal($"read {directory["config.json"]}: no such file", error.Message);
    }

    [Fact, Needs(SharedData = "docker-default-seccomp.x86_64.json")]
    public void DockersProfileIsRead() => Profile("docker-default-seccomp.x86_64.json");

    [Fact, Needs(SharedData = "podman-default-seccomp.x86_64.json")]
    public void PodmansProfileIsRead() => Profile("podman-default-seccomp.x86_64.json");

    private static void Profile(string file)
    {
        string profile = File.ReadAllText(Machine.FindSharedData(file)!);
        OciSeccomp seccomp = Read($"{{{V},\"linux\":{{\"seccomp\":{profile}}}}}").Linux!.Seccomp!;
        Assert.Equal("SCMP_ACT_ERRNO", seccomp.DefaultAction);
        Assert.Contains("SCMP_ARCH_X86_64", seccomp.Architectures!);
        Assert.Contains(seccomp.Syscalls!, s => s.Action == "SCMP_ACT_ALLOW" && s.Names!.Contains("openat2"));
        Assert.Contains(seccomp.Syscalls!, s => s.Args is { Count: > 0 });
    }

    private static OciSpec Read(string json) => SpecReader.Read(Encoding.UTF8.GetBytes(json));
}
