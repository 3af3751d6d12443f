using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Parts of a configuration from one word, as parameters and lists take them.</summary>
public sealed class SpecPartParseTests
{
    private const string MountForm = "mount: SOURCE:DESTINATION[:OPTION,...] or tmpfs:DESTINATION[:OPTION,...], with an absolute destination";
    private const string NamespaceTypes = "pid, network, mount, ipc, uts, user, cgroup, time";
    private const string RlimitForm = "limit: NAME=SOFT[:HARD] such as nofile=1024:2048, with a soft limit not above the hard one";

    [Theory]
    [InlineData("/etc:/data", "bind", "/etc", "/data", "rbind")]
    [InlineData("/etc:/data:ro", "bind", "/etc", "/data", "rbind,ro")]
    [InlineData("/etc:/data:ro,nosuid", "bind", "/etc", "/data", "rbind,ro,nosuid")]
    [InlineData("/etc:/data:bind,ro", "bind", "/etc", "/data", "bind,ro")]
    [InlineData("/etc:/data:ro,bind", "bind", "/etc", "/data", "ro,bind")]
    [InlineData("/etc:/data:ro,rbind", "bind", "/etc", "/data", "ro,rbind")]
    [InlineData("/etc:/data:", "bind", "/etc", "/data", "rbind")]
    [InlineData("/etc:/data:,ro,,", "bind", "/etc", "/data", "rbind,ro")]
    [InlineData("/etc:/", "bind", "/etc", "/", "rbind")]
    [InlineData("data:/data", "bind", "data", "/data", "rbind")]
    [InlineData("./tmpfs:/data", "bind", "./tmpfs", "/data", "rbind")]
    [InlineData("/a:/b:x=c:d", "bind", "/a", "/b", "rbind,x=c:d")]
    [InlineData("tmpfs:/x", "tmpfs", "tmpfs", "/x", "nosuid,nodev")]
    [InlineData("tmpfs:/x:", "tmpfs", "tmpfs", "/x", "nosuid,nodev")]
    [InlineData("tmpfs:/x:size=16m", "tmpfs", "tmpfs", "/x", "nosuid,nodev,size=16m")]
    [InlineData("tmpfs:/x:nosuid,size=16m", "tmpfs", "tmpfs", "/x", "nodev,nosuid,size=16m")]
    [InlineData("tmpfs:/x:nodev", "tmpfs", "tmpfs", "/x", "nosuid,nodev")]
    public void MountsAreRead(string text, string type, string source, string destination, string options)
    {
        OciMount mount = OciMount.Parse(text);
        Assert.Equal((type, source, destination, options), (mount.Type, mount.Source, mount.Destination, string.Join(',', mount.Options!)));
        Assert.Equal(mount.Options, OciMount.Parse(mount.ToString()).Options);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc")]
    [InlineData(":/data")]
    [InlineData("/etc:")]
    [InlineData("/etc:data")]
    [InlineData("/etc::ro")]
    [InlineData("tmpfs")]
    [InlineData("tmpfs:x")]
    public void OtherMountsAreRefused(string text) => Refused(text, $"'{text}' is not a valid {MountForm}", null, () => OciMount.Parse(text));

    [Theory]
    [InlineData("pid", "pid", null)]
    [InlineData("network", "network", null)]
    [InlineData("net", "network", null)]
    [InlineData("NET", "network", null)]
    [InlineData("mnt", "mount", null)]
    [InlineData("Mount", "mount", null)]
    [InlineData(" uts ", "uts", null)]
    [InlineData("ipc", "ipc", null)]
    [InlineData("user", "user", null)]
    [InlineData("cgroup", "cgroup", null)]
    [InlineData("time", "time", null)]
    [InlineData("network:/run/netns/a", "network", "/run/netns/a")]
    [InlineData("mnt:/a:b", "mount", "/a:b")]
    [InlineData("pid:/", "pid", "/")]
    public void NamespacesAreRead(string text, string type, string? path)
    {
        OciNamespace read = OciNamespace.Parse(text);
        Assert.Equal((type, path), (read.Type, read.Path));
        Assert.Equal(path is null ? type : $"{type}:{path}", read.ToString());
    }

    [Theory]
    [InlineData("netwrok", "did you mean \"network\"?")]
    [InlineData("mnts", "did you mean \"mount\"?")]
    [InlineData("files", null)]
    [InlineData("", null)]
    [InlineData(":/x", null)]
    public void OtherNamespaceTypesAreRefused(string text, string? hint) =>
        Refused(text, $"'{text}' is not a valid namespace: TYPE or TYPE:PATH with a type of {NamespaceTypes}", hint, () => OciNamespace.Parse(text));

    [Theory]
    [InlineData("network:")]
    [InlineData("network:netns/a")]
    [InlineData("network: /a")]
    public void NamespacePathsAreAbsolute(string text) =>
        Refused(text, $"'{text}' is not a valid namespace: the path in TYPE:PATH must be absolute", null, () => OciNamespace.Parse(text));

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1000", 1000, 0)]
    [InlineData("1000:1001", 1000, 1001)]
    [InlineData(" 1000:1001\n", 1000, 1001)]
    [InlineData("4294967294:4294967294", 4294967294, 4294967294)]
    public void UsersAreRead(string text, uint uid, uint gid)
    {
        OciUser user = OciUser.Parse(text);
        Assert.Equal((uid, gid), (user.Uid, user.Gid));
        Assert.Null(user.Umask);
        Assert.Null(user.AdditionalGids);
    }

    [Theory]
    [InlineData("")]
    [InlineData("root")]
    [InlineData("1000:")]
    [InlineData(":1000")]
    [InlineData("1000:wheel")]
    [InlineData("1:2:3")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("1 :2")]
    [InlineData("4294967295")]
    [InlineData("0:4294967295")]
    [InlineData("4294967296")]
    public void OtherUsersAreRefused(string text) =>
        Refused(text, $"'{text}' is not a valid user: UID or UID:GID, in digits; names are not looked up", null, () => OciUser.Parse(text));

    /// <summary>The last one is the map of the host itself: all ids but the last, which is none (user_namespaces(7)).</summary>
    [Theory]
    [InlineData("0:100000:65536", 0, 100000, 65536)]
    [InlineData("1:2:1", 1, 2, 1)]
    [InlineData("4294967294:4294967294:1", 4294967294, 4294967294, 1)]
    [InlineData("0:0:4294967295", 0, 0, 4294967295)]
    public void IdMappingsAreRead(string text, uint inside, uint outside, uint size)
    {
        OciIdMapping map = OciIdMapping.Parse(text);
        Assert.Equal((inside, outside, size), (map.ContainerID, map.HostID, map.Size));
        Assert.Equal(text, map.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0:0")]
    [InlineData("0:0:0")]
    [InlineData("0:0:1:1")]
    [InlineData("0 0 1")]
    [InlineData("x:0:1")]
    [InlineData("0:x:1")]
    [InlineData("0:0:x")]
    [InlineData("-1:0:1")]
    [InlineData("4294967295:0:1")]
    [InlineData("0:4294967295:1")]
    [InlineData("0:0:4294967296")]
    public void OtherIdMappingsAreRefused(string text) =>
        Refused(text, $"'{text}' is not a valid id mapping: CONTAINERID:HOSTID:SIZE in digits, such as 0:100000:65536", null, () => OciIdMapping.Parse(text));

    [Theory]
    [InlineData("nofile=1024:2048", "RLIMIT_NOFILE", 1024UL, 2048UL)]
    [InlineData("NOFILE=5", "RLIMIT_NOFILE", 5UL, 5UL)]
    [InlineData("RLIMIT_CPU=0:1", "RLIMIT_CPU", 0UL, 1UL)]
    [InlineData("rlimit_as=1:1", "RLIMIT_AS", 1UL, 1UL)]
    [InlineData("core=unlimited", "RLIMIT_CORE", ulong.MaxValue, ulong.MaxValue)]
    [InlineData("core=-1", "RLIMIT_CORE", ulong.MaxValue, ulong.MaxValue)]
    [InlineData("core=7:unlimited", "RLIMIT_CORE", 7UL, ulong.MaxValue)]
    [InlineData("core=7:-1", "RLIMIT_CORE", 7UL, ulong.MaxValue)]
    [InlineData("core=18446744073709551614:18446744073709551615", "RLIMIT_CORE", ulong.MaxValue - 1, ulong.MaxValue)]
    public void LimitsAreRead(string text, string type, ulong soft, ulong hard)
    {
        OciRlimit limit = OciRlimit.Parse(text);
        Assert.Equal((type, soft, hard), (limit.Type, limit.Soft, limit.Hard));
        Assert.Equal(limit, OciRlimit.Parse(limit.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nofile")]
    [InlineData("nofile=")]
    [InlineData("nofile=:1")]
    [InlineData("nofile=1:")]
    [InlineData("nofile=2:1")]
    [InlineData("nofile=unlimited:1")]
    [InlineData("nofile=1:2:3")]
    [InlineData("nofile=-2")]
    [InlineData("nofile= 1")]
    [InlineData("nofile=1k")]
    [InlineData("nofile=18446744073709551616")]
    public void OtherLimitsAreRefused(string text) => Refused(text, $"'{text}' is not a valid {RlimitForm}", null, () => OciRlimit.Parse(text));

    [Theory]
    [InlineData("nofiles=1", "did you mean \"RLIMIT_NOFILE\"?")]
    [InlineData("rlimit_nofil=1", "did you mean \"RLIMIT_NOFILE\"?")]
    [InlineData("=1", null)]
    [InlineData("cabbages=1", null)]
    public void LimitsHaveTheKernelsNames(string text, string? hint) =>
        Refused(text, $"'{text}' is not a valid limit: the names are {string.Join(", ", RlimitNames.All)}", hint, () => OciRlimit.Parse(text));

    [Theory]
    [InlineData("CAP_KILL", "CAP_KILL")]
    [InlineData("kill", "CAP_KILL")]
    [InlineData("cap_net_raw", "CAP_NET_RAW")]
    [InlineData(" Net_Raw ", "CAP_NET_RAW")]
    public void CapabilitiesAreRead(string text, string name) => Assert.Equal(name, Assert.Single(CapabilityNames.Parse(text)));

    [Theory]
    [InlineData("ALL")]
    [InlineData(" all ")]
    public void AllOfThemHaveAWord(string text) => Assert.Equal(CapabilityNames.All, CapabilityNames.Parse(text));

    [Theory]
    [InlineData("net_rwa", "did you mean \"CAP_NET_RAW\"?")]
    [InlineData("CAP_KIL", "did you mean \"CAP_KILL\"?")]
    [InlineData("CAP_ALL", "did you mean \"CAP_KILL\"?")]
    [InlineData("", null)]
    [InlineData("CAP_", null)]
    [InlineData("nothing_of_the_sort", null)]
    public void OtherCapabilitiesAreRefused(string text, string? hint) =>
        Refused(text, $"'{text}' is not a valid capability: a name such as CAP_NET_RAW or NET_RAW, or ALL", hint, () => CapabilityNames.Parse(text));

    [Fact]
    public void NamesBecomeBitsAndTheOthersAreKept()
    {
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        Assert.Equal(1UL | (1UL << 21) | (1UL << 40), CapabilityNames.Set(["CAP_CHOWN", "CAP_X", "CAP_SYS_ADMIN", null!, "CAP_CHECKPOINT_RESTORE", "kill", "CAP_X"], unknown));
        Assert.Equal("|CAP_X|kill", string.Join('|', unknown));
        Assert.Equal(32UL, CapabilityNames.Set(["CAP_X", "CAP_KILL"], null));
        Assert.Equal(0UL, CapabilityNames.Set([], unknown));
        Assert.Equal(0UL, CapabilityNames.Set(null, null));
    }

    /// <summary>linux/mempolicy.h: the numbers are the kernel's.</summary>
    [Theory]
    [InlineData("MPOL_F_STATIC_NODES", 0x8000)]
    [InlineData("MPOL_F_RELATIVE_NODES", 0x4000)]
    [InlineData("MPOL_F_NUMA_BALANCING", 0x2000)]
    [InlineData("MPOL_F_OTHER", 0)]
    public void FlagsOfMemoryPoliciesHaveTheirBits(string flag, uint bit) => Assert.Equal(bit, MemoryPolicyNames.Bit(flag));

    private static void Refused(string text, string message, string? hint, Action parse)
    {
        OciException error = Assert.Throws<OciException>(parse);
        Assert.Equal(hint is null ? message : $"{message}; {hint}", error.Message);
        Assert.Equal((OciErrorCode.InvalidArgument, text, hint), (error.Code, error.Object, error.Hint));
    }
}
