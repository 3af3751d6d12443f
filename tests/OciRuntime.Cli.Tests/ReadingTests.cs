using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Configurations that are not as the runtime-spec has them, and that runc and crun take.</summary>
public sealed class ReadingTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public ReadingTests(Bundle bundle) => _bundle = bundle;

    [Theory]
    [InlineData("{\"ociVersion\":\"1.0\"}")]
    [InlineData("{\"ociVersion\":\"v1.0.0\"}")]
    [InlineData("{\"ociVersion\":\"\"}")]
    [InlineData("{\"ociVersion\":null}")]
    [InlineData("{\"linux\":{\"seccomp\":{}}}")]
    [InlineData("{\"linux\":{\"seccomp\":{\"defaultAction\":\"\",\"architectures\":[\"SCMP_ARCH_X86_64\"]}}}")]
    [InlineData("{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[],\"action\":\"SCMP_ACT_ERRNO\"}]}}}")]
    [InlineData("{\"linux\":{\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwa\"}]}}}")]
    [InlineData("{\"linux\":{\"maskedPaths\":[null,\"/proc/kcore\"]}}")]
    [InlineData("{\"process\":{\"capabilities\":{\"bounding\":[null]}}}")]
    public void WhatBothPeersTakeIsTaken(string part)
    {
        _bundle.Configure(config => Merge(config.AsObject(), JsonNode.Parse(part)!.AsObject()), "echo", "ran");
        Assert.Equal((0, "ran\n", ""), Ran());
    }

    [Fact]
    public void AVersionMayBeAbsentAndTheStateHasOne()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config.AsObject().Remove("ociVersion"), "sleep", "300");
        _bundle.Good("run", "-d", id);
        Assert.Equal("1.3.0", JsonNode.Parse(_bundle.Good("state", id))!["ociVersion"]!.GetValue<string>());
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void DeepJsonIsRead()
    {
        _bundle.Configure("echo", "ran");
        string config = File.ReadAllText(_bundle.ConfigPath);
        File.WriteAllText(_bundle.ConfigPath, "{\"x\":" + new string('[', 5000) + new string(']', 5000) + "," + config[1..]);
        Assert.Equal((0, "ran\n", ""), Ran());
        File.WriteAllText(_bundle.ConfigPath, "{\"x\":" + new string('[', 20_000) + new string(']', 20_000) + "," + config[1..]);
        Assert.EndsWith("config.json:1:10005: not valid JSON: nested deeper than 10000 levels", _bundle.Run("run", _bundle.NewId()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NullIsNoChange()
    {
        string id = _bundle.StartSleeper();
        string file = Path.Combine(_bundle.Work, "null.json");
        foreach (string json in (string[])["null", "{\"pids\":null,\"memory\":{\"limit\":null},\"devices\":null,\"unified\":null}"])
        {
            File.WriteAllText(file, json);
            _bundle.Good("update", "-r", file, id);
        }
        _bundle.Good("delete", "-f", id);
    }

    /// <summary>An empty HOME is looked up in the container's passwd, in a configuration, a process file and an option, and the last one counts.</summary>
    [Fact]
    public void AnEmptyHomeIsLookedUp()
    {
        File.WriteAllText(Path.Combine(_bundle.Path, "rootfs/etc/passwd"), "root:x:0:0:root:/root-of-image:/bin/sh\n");
        foreach (string[] env in (string[][])[["HOME="], ["HOME=/given", "HOME="]])
        {
            _bundle.Configure(config => config["process"]!["env"] = new JsonArray([.. env.Select(entry => (JsonNode)entry)]), "/bin/env");
            Assert.Equal((0, "HOME=/root-of-image\n", ""), Ran());
        }
        string id = _bundle.StartSleeper();
        Assert.Contains("HOME=/root-of-image\n", _bundle.Good("exec", "-e", "HOME=", id, "env"), StringComparison.Ordinal);
        string file = Path.Combine(_bundle.Work, "process.json");
        File.WriteAllText(file, """{"args":["/bin/env"],"cwd":"/","env":["HOME=/given","HOME="]}""");
        Assert.Equal("HOME=/root-of-image\n", _bundle.Good("exec", "-p", file, id));
        _bundle.Good("delete", "-f", id);
        File.Delete(Path.Combine(_bundle.Path, "rootfs/etc/passwd"));
    }

    private (int, string, string) Ran()
    {
        Result result = _bundle.Run("run", _bundle.NewId());
        return (result.ExitCode, result.Output, result.Error);
    }

    private static void Merge(JsonObject into, JsonObject part)
    {
        foreach ((string name, JsonNode? value) in part)
        {
            if (value is JsonObject inner && into[name] is JsonObject existing)
                Merge(existing, inner);
            else
                into[name] = value?.DeepClone();
        }
    }
}
