using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Core.Wire;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>Seeded mutations of what comes from outside: it is understood or refused in our words, and never anything else.</summary>
public sealed partial class FuzzTests
{
    private static readonly string[] s_words =
    [
        "", "/", "..", "/..", ".", "/proc", "/proc/self/fd/3", "/dev", "/sys", "a\0b", "\n", "\ud83d\ude00", "0", "-1", "18446744073709551616", "*", "rbind", "ro", "tmpfs",
        "proc", "cgroup", "bind", "mode=0777", "size=-1", "idmap", "remount", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY", "CAP_SYS_ADMIN", "RLIMIT_NOFILE", "MPOL_BIND", "0-99999999999",
        "net.ipv4.ip_forward", "shared", "../x", "x=y", "=", new string('x', 5000), string.Concat(Enumerable.Repeat("a/", 3000)),
    ];

    /// <summary>The whole way of config.json: read, validated, planned, encoded, and read as the helper does.</summary>
    [Fact]
    public void AnyConfigurationIsPlannedOrRefused()
    {
        var random = new Random(20261124);
        string seed = Encoding.UTF8.GetString(SpecWriter.Write(Rich()).AsSpan());
        int planned = 0;
        for (int i = 0; i < 4_000; i++)
        {
            JsonNode config = JsonNode.Parse(seed)!;
            for (int j = random.Next(0, 3); j > 0; j--)
                Mutate(config, random);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(config);
            try
            {
                LaunchPlan plan = Planner.PlanCreate(i % 2 == 0 ? PlanInputs.Hybrid(SpecReader.Read(json)) : PlanInputs.Unified(SpecReader.Read(json)));
                EncodedPlan encoded = PlanImage.Encode(plan, PlanImageOptions.Default);
                Assert.Equal(plan.Steps.Count, PlanImageReader.Read(encoded.Image).Steps.Count);
                planned++;
            }
            catch (OciException e)
            {
                Assert.NotEqual(OciErrorCode.HelperDied, e.Code);
                Assert.DoesNotContain('\0', e.Message);
            }
        }
        // Those that are not changed at all, and some that are.
        Assert.InRange(planned, 1_500, 3_600);
    }

    [Fact]
    public void AnyStateIsReadOrBroken()
    {
        var random = new Random(20261125);
        byte[] seed = StateJson.Write(Sample()).ToArray();
        Assert.NotNull(StateJson.TryRead(seed));
        for (int i = 0; i < 20_000; i++)
        {
            ContainerState? state = StateJson.TryRead(Mutate(seed, random));
            // What is lazy must not throw later.
            if (state is not null)
                Assert.True(state.Annotations.Count + state.CgroupPaths.Count + state.Args.Count >= 0);
        }
        byte[] exit = ExitFile.Write(new ExitRecord { Id = "c", ExitCode = 3, ExitedAt = DateTime.UnixEpoch }).ToArray();
        for (int i = 0; i < 20_000; i++)
            ExitFile.Parse(Mutate(exit, random), "c");
    }

    /// <summary>The same through the verbs that only look.</summary>
    [FactWhen(Root = true)]
    public void AnyStateDirectoryIsListed()
    {
        using var root = new TemporaryDirectory();
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = root.Path });
        var random = new Random(20261126);
        byte[] seed = StateJson.Write(Sample()).ToArray();
        Directory.CreateDirectory(root["c"]);
        for (int i = 0; i < 1_000; i++)
        {
            File.WriteAllBytes(root["c/state.json"], Mutate(seed, random));
            Assert.Single(runtime.List());
            try
            {
                Assert.NotNull(runtime.Get("c").Id);
            }
            catch (OciException)
            {
                // Broken.
            }
        }
    }

    [Fact]
    public void AnyUserIsStrictlyDigitsOrRefused()
    {
        var random = new Random(20261127);
        const string Alphabet = "0123456789:+- \0x\u0661\t.,e";
        for (int i = 0; i < 50_000; i++)
        {
            char[] text = new char[random.Next(0, 13)];
            for (int j = 0; j < text.Length; j++)
                text[j] = Alphabet[random.Next(random.Next(2) == 0 ? 11 : Alphabet.Length)];
            string user = new(text);
            try
            {
                (uint uid, uint? gid) = ExecProcess.ParseUser(user);
                Assert.Matches(Ids(), user);
                Assert.Equal(user.TrimStart('0').Split(':')[0].TrimStart('0'), uid == 0 ? string.Empty : uid.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Assert.NotEqual(uint.MaxValue, uid);
                Assert.NotEqual(uint.MaxValue, gid);
            }
            catch (OciException e)
            {
                Assert.Equal(OciErrorCode.InvalidArgument, e.Code);
                Assert.False(Ids().IsMatch(user) && user.Split(':').All(id => ulong.Parse(id, System.Globalization.CultureInfo.InvariantCulture) < uint.MaxValue), user);
            }
        }
    }

    /// <summary>passwd and group are the image's; the user is the image's or the caller's.</summary>
    [Fact]
    public void AnyUserDatabaseGivesAnIdOrAnError()
    {
        var random = new Random(20261128);
        byte[] passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n#c\n\nbad:x:-1:4294967295:::\n"u8.ToArray();
        byte[] group = "root:x:0:\napp:x:1000:app,root\nwheel:x:10:app\n"u8.ToArray();
        string[] users = ["", "app", "root", "1000", "0:wheel", "app:10", ":", "app:", ":app", "4294967295", "99999999999", "\0", "app:nobody"];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = Mutate(passwd, random);
            var database = UserDatabase.Parse(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(Mutate(group, random)));
            try
            {
                OciUser user = database.Resolve(users[random.Next(users.Length)]);
                Assert.NotEqual(uint.MaxValue, user.Uid);
                Assert.NotEqual(uint.MaxValue, user.Gid);
                Assert.DoesNotContain(uint.MaxValue, user.AdditionalGids ?? []);
            }
            catch (OciException e)
            {
                Assert.Equal(OciErrorCode.InvalidArgument, e.Code);
            }
            string? home = HomeDirectory.Parse(text, 1000);
            Assert.False(home is not null && (home.Contains('\0', StringComparison.Ordinal) || home.Contains('\n', StringComparison.Ordinal)), home);
        }
    }

    [Fact]
    public void AnyImageIsReadOrRefused()
    {
        var random = new Random(20261129);
        byte[] seed = PlanImage.Encode(Planner.PlanCreate(PlanInputs.Hybrid()), PlanImageOptions.Default).Image.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] image = [.. seed];
            for (int j = random.Next(1, 6); j > 0; j--)
                image[random.Next(2) == 0 ? random.Next(Math.Min(4096, image.Length)) : random.Next(image.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
            try
            {
                PlanImageReader.Read(random.Next(8) == 0 ? image.AsMemory(0, random.Next(image.Length)) : image);
            }
            catch (OciException e)
            {
                Assert.Equal(OciErrorCode.HelperDied, e.Code);
            }
        }
    }

    [GeneratedRegex(@"\A[0-9]+(:[0-9]+)?\z")]
    private static partial Regex Ids();

    // The default with something of everything.
    private static OciSpec Rich()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Annotations = new() { ["a"] = "b" };
        spec.Process!.User = new() { Uid = 1, Gid = 2, AdditionalGids = [3], Umask = 63 };
        spec.Process.OomScoreAdj = 5;
        spec.Process.ExecCPUAffinity = new() { Initial = "0", Final = "0-1" };
        spec.Mounts!.Add(new() { Destination = "/volume", Source = "/srv", Type = "bind", Options = ["rbind", "rro", "rslave"] });
        spec.Hooks = new() { StartContainer = [new() { Path = "/bin/true", Args = ["true"], Env = ["A=b"], Timeout = 3 }], Prestart = [new() { Path = "/bin/true" }] };
        spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        spec.Linux.Devices = [new() { Path = "/dev/fuse", Type = "c", Major = 10, Minor = 229, FileMode = 438, Uid = 1, Gid = 2 }];
        spec.Linux.Seccomp = new() { DefaultAction = "SCMP_ACT_ALLOW", Architectures = ["SCMP_ARCH_X86_64"], Syscalls = [new() { Names = ["mkdir", "chmod"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 1, Args = [new() { Index = 1, Value = 7, ValueTwo = 8, Op = "SCMP_CMP_MASKED_EQ" }] }] };
        spec.Linux.CgroupsPath = "/x/y";
        return spec;
    }

    private static ContainerState Sample() => new()
    {
        Id = "c",
        OciVersion = "1.3.0",
        Pid = int.MaxValue,
        StartTime = ulong.MaxValue,
        SupervisorPid = 7,
        SupervisorStartTime = 8,
        Bundle = "/bundle",
        Rootfs = "/bundle/rootfs",
        Created = DateTimeOffset.UnixEpoch,
        CgroupManager = CgroupManagerKind.Cgroupfs,
        CgroupPaths = new Dictionary<string, string> { ["pids"] = "/sys/fs/cgroup/pids/none", [""] = "/sys/fs/cgroup/unified/none" },
        Annotations = new Dictionary<string, string> { ["a"] = "b", ["\u00e9\""] = "\\" },
        Args = ["sh", "-c", "x"],
        Resctrl = new ResctrlGroup("/sys/fs/resctrl/c", true, null),
    };

    // One value of the document becomes another, of its own type or not.
    private static void Mutate(JsonNode document, Random random)
    {
        var places = new List<(JsonNode Parent, object Key)>();
        Collect(document, places);
        (JsonNode parent, object key) = places[random.Next(places.Count)];
        JsonNode? value = random.Next(9) switch
        {
            0 => JsonValue.Create(random.Next(4) switch { 0 => long.MaxValue, 1 => long.MinValue, 2 => -1L, _ => random.NextInt64(100_000) }),
            1 => null,
            2 => new JsonArray(),
            3 => new JsonObject(),
            4 => JsonValue.Create(random.Next(2) == 0),
            5 => JsonValue.Create(1.5),
            6 => Other(document, random),
            _ => JsonValue.Create(s_words[random.Next(s_words.Length)]),
        };
        switch (parent)
        {
            case JsonObject item when random.Next(8) == 0:
                item.Remove((string)key);
                break;
            case JsonObject item:
                item[(string)key] = value;
                break;
            case JsonArray list when random.Next(3) == 0:
                list.Insert((int)key, value);
                break;
            case JsonArray list:
                list[(int)key] = value;
                break;
        }
    }

    private static JsonNode? Other(JsonNode document, Random random)
    {
        var places = new List<(JsonNode Parent, object Key)>();
        Collect(document, places);
        (JsonNode parent, object key) = places[random.Next(places.Count)];
        return (key is string name ? parent[name] : parent[(int)key])?.DeepClone();
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> places)
    {
        if (node is JsonObject item)
        {
            foreach ((string key, JsonNode? child) in item)
            {
                places.Add((item, key));
                Collect(child, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                places.Add((list, i));
                Collect(list[i], places);
            }
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int i = random.Next(1, 5); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.Insert(at, "{}[]\",:0-\\\u0001e\n"u8[random.Next(13)]);
                    break;
                default:
                    int from = random.Next(seed.Length);
                    bytes.InsertRange(at, seed.AsSpan(from, Math.Min(random.Next(1, 30), seed.Length - from)).ToArray());
                    break;
            }
        }
        return [.. bytes];
    }
}
