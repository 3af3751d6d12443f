using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Profiles in the engines' form: what goes for this machine and these capabilities.</summary>
public sealed class SeccompProfileTests
{
    private static readonly string s_native = SeccompArch.Native!.Name;
    private static readonly string s_machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    [Fact]
    public void ArchitecturesAreThoseOfThisMachine()
    {
        Assert.Equal([s_native, "SCMP_ARCH_A", "SCMP_ARCH_B"], Resolve($$"""
            { "defaultAction": "SCMP_ACT_ERRNO", "archMap": [
              { "architecture": "SCMP_ARCH_MIPS", "subArchitectures": ["SCMP_ARCH_MIPS64"] },
              { "architecture": "{{s_native}}", "subArchitectures": ["SCMP_ARCH_A", "SCMP_ARCH_B"] } ] }
            """).Architectures!);
        Assert.Equal([s_native], Resolve($$"""{ "defaultAction": "SCMP_ACT_ERRNO", "archMap": [{ "architecture": "{{s_native}}" }] }""").Architectures!);
        Assert.True(Resolve("""{ "defaultAction": "SCMP_ACT_ERRNO", "archMap": [{ "architecture": "SCMP_ARCH_MIPS" }] }""").Architectures is null or []);
        Assert.Equal(["SCMP_ARCH_S390X"], Resolve("""{ "defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_S390X"] }""").Architectures!);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"includes\": {}, \"excludes\": {}", true)]
    [InlineData("\"includes\": { \"arches\": [\"MACHINE\", \"other\"] }", true)]
    [InlineData("\"includes\": { \"arches\": [\"other\"] }", false)]
    [InlineData("\"includes\": { \"arches\": [] }", true)]
    [InlineData("\"excludes\": { \"arches\": [\"other\", \"MACHINE\"] }", false)]
    [InlineData("\"excludes\": { \"arches\": [\"other\"] }", true)]
    [InlineData("\"includes\": { \"caps\": [\"CAP_KILL\"] }", true)]
    [InlineData("\"includes\": { \"caps\": [\"CAP_KILL\", \"CAP_BPF\"] }", false)]
    [InlineData("\"includes\": { \"caps\": [\"CAP_KILL\", \"CAP_CHOWN\"] }", true)]
    [InlineData("\"excludes\": { \"caps\": [\"CAP_BPF\", \"CAP_KILL\"] }", false)]
    [InlineData("\"excludes\": { \"caps\": [\"CAP_BPF\"] }", true)]
    [InlineData("\"includes\": { \"minKernel\": \"3.0\" }", true)]
    [InlineData("\"includes\": { \"minKernel\": \"999.0\" }", false)]
    [InlineData("\"excludes\": { \"minKernel\": \"3.0\" }", false)]
    [InlineData("\"excludes\": { \"minKernel\": \"999.0\" }", true)]
    [InlineData("\"includes\": { \"caps\": [\"CAP_KILL\"], \"minKernel\": \"999.0\" }", false)]
    [InlineData("\"includes\": { \"caps\": [\"CAP_KILL\"] }, \"excludes\": { \"caps\": [\"CAP_CHOWN\"] }", false)]
    public void ARuleIsThereWhenItsConditionsHold(string conditions, bool there)
    {
        string rule = "\"names\": [\"mkdir\"], \"action\": \"SCMP_ACT_ALLOW\"" + (conditions.Length > 0 ? ", " : "") + conditions.Replace("MACHINE", s_machine, StringComparison.Ordinal);
        OciSeccomp profile = Resolve($$"""{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [ { {{rule}} }, { "names": ["read"], "action": "SCMP_ACT_LOG" } ] }""");
        Assert.Equal(there ? ["mkdir", "read"] : ["read"], profile.Syscalls!.Select(static one => Assert.Single(one.Names!)));
    }

    [Fact]
    public void WhatOnlyEnginesKnowIsTakenOut()
    {
        OciSeccomp profile = Resolve("""
            { "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
              { "name": "mkdir", "action": "SCMP_ACT_ALLOW", "comment": "of old", "args": null },
              { "names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [], },
              { "name": "lost", "names": ["write"], "action": "SCMP_ACT_ALLOW", "args": [{ "index": 1, "value": 2, "op": "SCMP_CMP_EQ" }] } ] /* the end */ }
            """);
        Assert.Equal(38u, profile.DefaultErrnoRet);
        Assert.Equal([("mkdir", 0), ("read", 0), ("write", 1)], profile.Syscalls!.Select(static rule => (Assert.Single(rule.Names!), rule.Args?.Count ?? 0)));
        Assert.All(profile.Syscalls!.Take(2), static rule => Assert.Null(rule.Args));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"defaultAction\": \"\" }")]
    [InlineData("{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{ \"names\": [\"a\"], \"excludes\": { \"minKernel\": \"5.99999999999\" } }] }")]
    [InlineData("{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{ \"names\": [\"a\"], \"includes\": { \"caps\": [1] } }] }")]
    [InlineData("{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{ \"names\": [\"a\"], \"includes\": { \"minKernel\": \"new\" } }] }")]
    public void AnythingElseIsNotAProfile(string json)
    {
        OciException e = Assert.Throws<OciException>(() => Resolve(json));
        Assert.Equal((OciErrorCode.InvalidSpec, "it: this is not a seccomp profile: JSON with defaultAction and syscalls is expected"), (e.Code, e.Message));
    }

    [Fact]
    public void TheFileIsLinuxSeccompAlone() => Assert.Equal(
        "{\n  \"defaultAction\": \"SCMP_ACT_ALLOW\"\n}", Encoding.UTF8.GetString(SeccompProfile.Write(new() { DefaultAction = "SCMP_ACT_ALLOW" })));

    private static OciSeccomp Resolve(string json) => SeccompProfile.Resolve(Encoding.UTF8.GetBytes(json), "it", ["CAP_CHOWN", "CAP_KILL"]);
}
