using System.Diagnostics;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>What an unprivileged user has of ids, users, groups and the verbs.</summary>
public sealed class RootlessTests : RootlessTest
{
    [Fact]
    public void TheDefaultOfSpecRootlessRuns()
    {
        Configure("id -u; id -g; cat /proc/self/uid_map; ls /dev; ls -d /sys/kernel; hostname; touch /tmp/made");
        Result result = As("run", Id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = result.Output.Split('\n');
        Assert.Equal(["0", "0"], lines[..2]);
        Assert.Equal($"0 {Uid} 1", string.Join(' ', lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Subset(lines.ToHashSet(), new HashSet<string> { "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "/sys/kernel" });
        // A file that root of the container makes is the user's.
        Assert.Equal($"{Uid} {Gid}", Machine.Run("stat", "-c", "%u %g", Work("bundle/rootfs/tmp/made")).Trim());
    }

    [Fact]
    public void CreateStartExecKillDelete()
    {
        Configure("sleep 100");
        Good("create", Id);
        Assert.Equal("created", Status());
        Good("start", Id);
        Assert.Equal("running", Status());
        Assert.Equal("0\n", Good("exec", Id, "id", "-u"));
        Good("kill", Id, "KILL");
        Await("stopped");
        Good("delete", Id);
    }

    /// <summary>Its init may be looked into for as long as that takes, and no longer.</summary>
    [Fact, Needs(Program = "newuidmap")]
    public void ExecInACreatedContainer()
    {
        foreach (bool range in (bool[])[false, true])
        {
            Configure("sleep 100", config =>
            {
                if (!range)
                    return;
                WithRange(config);
                config["process"]!["user"] = new JsonObject { ["uid"] = 7, ["gid"] = 8 };
            });
            Good("create", Id);
            string pid = JsonNode.Parse(Good("state", Id))!["pid"]!.ToString();
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(range ? "7\n" : "0\n", Good("exec", Id, "id", "-u"));
                Assert.True(SpinWait.SpinUntil(() => Machine.Run("stat", "-c", "%u", $"/proc/{pid}/environ").Trim() == "0", 10_000));
            }
            Assert.Equal("made\n", Good("exec", "--user", "0:0", Id, "sh", "-c", "touch /tmp/before && echo made"));
            Assert.Equal("created", Status());
            Good("start", Id);
            Assert.Equal("/tmp/before\n", Good("exec", Id, "ls", "/tmp/before"));
            Good("delete", "-f", Id);
        }
    }

    [Fact]
    public void LimitsAreRefusedWithAReasonOrIgnoredWhenNobodyCanSetThem()
    {
        Configure("id -u", config => config["linux"]!["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 64 << 20 } });
        Result result = As("run", Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("cgroup", result.Error, StringComparison.Ordinal);
        // Nothing is wrong with the kernel.
        Assert.DoesNotContain("kernel", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cgroup_disable", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ACgroupsPathThatCannotBeMadeIsAnError()
    {
        Configure("true", config => config["linux"]!["cgroupsPath"] = "/" + Id);
        foreach (string verb in (string[])["run", "create"])
        {
            Result result = As(verb, Id);
            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains("permission denied", result.Error, StringComparison.Ordinal);
            Assert.Matches($"/sys/fs/cgroup/([a-z,_]+/)?{Id}", result.Error);
            Assert.Equal("", Good("list", "-q"));
        }
    }

    /// <summary>On v1 it stays in them. Podman binds that of systemd for systemd as init.</summary>
    [Fact]
    public void WithoutACgroupTheHierarchiesOfTheCallerAreThere()
    {
        (string Name, string Directory)[] own = Hierarchies();
        Assert.SkipUnless(own.Length > 0, "there is no hierarchy of cgroup v1");
        Configure($"cd /sys/fs/cgroup; for h in {string.Join(' ', own.Select(static hierarchy => hierarchy.Name))}; do stat -c %i $h; mkdir $h/made 2>/dev/null && echo made in $h; done; true");
        Result result = As("run", Id);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(own.Select(static hierarchy => Machine.Run("stat", "-c", "%i", hierarchy.Directory).Trim()), result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        Configure($"stat -c %i /sys/fs/cgroup/{own[^1].Name}", config => AddMount(config, $"/sys/fs/cgroup/{own[^1].Name}", $"/sys/fs/cgroup/{own[^1].Name}", "bind", "nosuid", "nodev", "noexec"));
        Assert.Equal([Machine.Run("stat", "-c", "%i", $"/sys/fs/cgroup/{own[^1].Name}").Trim()], Lines());
    }

    [Fact]
    public void WhatNothingCanEndIsWarnedAbout()
    {
        const string Words = "no cgroup and no private pid namespace";
        Configure("true");
        Assert.DoesNotContain(Words, As("run", Id).Error, StringComparison.Ordinal);
        Configure("true", config =>
        {
            JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray(), mounts = config["mounts"]!.AsArray();
            namespaces.Remove(namespaces.First(item => item!["type"]!.GetValue<string>() == "pid"));
            mounts.Remove(mounts.First(mount => mount!["destination"]!.GetValue<string>() == "/proc"));
            AddMount(config, "/proc", "/proc", "rbind");
        });
        Result result = As("run", Id);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(Words, result.Error, StringComparison.Ordinal);
    }

    /// <summary>security.md 2.5 (CVE-2023-25809): a user's own delegated cgroups must not be writable through a read-only /sys.</summary>
    [Fact]
    public void NoCgroupOfTheHostIsWritable()
    {
        string[] delegated = [.. ((string[])["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids"])
            .Where(hierarchy => File.Exists(hierarchy + "/cgroup.procs")).Select(hierarchy => hierarchy + "/" + Id + "-delegated")];
        try
        {
            foreach (string directory in delegated)
            {
                Directory.CreateDirectory(directory);
                Machine.Run("chown", "-R", $"{Uid}:{Gid}", directory);
            }
            const string Look = """
                busybox find /sys -name "cgroup.procs" -o -name tasks | while read f; do (: >> "$f") 2>/dev/null && echo "writable: $f"; done
                busybox find /sys/fs/cgroup -type d | while read d; do mkdir "$d/made" 2>/dev/null && echo "made in: $d"; done
                echo looked
                """;
            string config = File.ReadAllText(Work("bundle/config.json"));
            Action<JsonNode>[] shapes = [Default, WithoutCgroupMount, WithSysfs];
            // In a user namespace the kernel mounts what the machine shows already.
            if (delegated.Any(directory => File.Exists(directory + "/cgroup.type")))
                shapes = [.. shapes, WithCgroup2];
            foreach (Action<JsonNode> shape in shapes)
            {
                File.WriteAllText(Work("bundle/config.json"), config);
                Configure(Look, shape);
                Result result = As("run", Id);
                Assert.True(result.ExitCode == 0, result.Error);
                Assert.Equal("looked\n", result.Output);
            }
        }
        finally
        {
            foreach (string directory in delegated)
                Machine.Run("find", directory, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";");
        }

        static void Default(JsonNode spec)
        {
        }

        static void WithoutCgroupMount(JsonNode spec) => Mounts(spec).Remove(Mount(spec, "/sys/fs/cgroup"));

        static void WithSysfs(JsonNode spec)
        {
            WithoutCgroupMount(spec);
            Mount(spec, "/sys")["type"] = "sysfs";
            Mount(spec, "/sys")["source"] = "sysfs";
            Mount(spec, "/sys")["options"] = new JsonArray("nosuid", "noexec", "nodev", "ro");
        }

        static void WithCgroup2(JsonNode spec) => Mount(spec, "/sys/fs/cgroup")["type"] = "cgroup2";

        static JsonArray Mounts(JsonNode spec) => spec["mounts"]!.AsArray();

        static JsonNode Mount(JsonNode spec, string destination) => Mounts(spec).First(mount => mount!["destination"]!.GetValue<string>() == destination)!;
    }

    [Fact, Needs(Program = "newuidmap")]
    public void SubordinateIdsAreMappedByNewuidmap()
    {
        Configure("cat /proc/self/uid_map; cat /proc/self/gid_map; touch /tmp/made; chown 7:8 /tmp/made", WithRange);
        Result result = As("run", Id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal([$"0 {Uid} 1", "1 100000 1000", $"0 {Gid} 1", "1 100000 1000"], lines);
        Assert.Equal("100006 100007", Machine.Run("stat", "-c", "%u %g", Work("bundle/rootfs/tmp/made")).Trim());
    }

    [Fact, Needs(Program = "newuidmap")]
    public void IdsOfOthersAreRefusedInTheToolsWords()
    {
        Configure("id", config =>
        {
            WithRange(config);
            config["linux"]!["uidMappings"]![1]!["hostID"] = 200_000;
        });
        Result result = As("run", Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/linux/uidMappings", result.Error, StringComparison.Ordinal);
        Assert.Contains("newuidmap: uid range", result.Error, StringComparison.Ordinal);
    }

    [Fact, Needs(Program = "newuidmap")]
    public void GroupsOfTheRangeAreTheProcesss()
    {
        Configure("id -G; id -u; id -g", config =>
        {
            WithRange(config);
            config["process"]!["user"] = new JsonObject { ["uid"] = 7, ["gid"] = 8, ["additionalGids"] = new JsonArray(9, 10) };
        });
        Assert.Equal(["8 9 10", "7", "8"], Lines());
    }

    [Fact]
    public void GroupsWithoutARangeAreRefused()
    {
        Configure("id -G", config => config["process"]!["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0, ["additionalGids"] = new JsonArray(0) });
        Assert.Contains("cannot set any additional groups in a rootless container", As("run", Id).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AUserThatIsNotMappedIsRefused()
    {
        Configure("id", config => config["process"]!["user"] = new JsonObject { ["uid"] = 7, ["gid"] = 0 });
        Result result = As("run", Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/process/user", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAUserNamespaceItIsSaid()
    {
        Configure("id", config =>
        {
            JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
            namespaces.Remove(namespaces.First(item => item!["type"]!.GetValue<string>() == "user"));
            config["linux"]!.AsObject().Remove("uidMappings");
            config["linux"]!.AsObject().Remove("gidMappings");
        });
        Result result = As("run", Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("user namespace", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AJoinedUserNamespaceKeepsItsMappings()
    {
        // The namespace of another process of the user's, who is root there.
        string pid = Work("run/pid");
        using Process other = Ocirun.Start(
            "setpriv", Work("run"), Work("out"), Work("err"), $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups",
            "unshare", "--user", "--map-root-user", "sh", "-c", "echo $$ >\"$0\"; exec sleep 100", pid);
        try
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'), 10_000), File.ReadAllText(Work("err")));
            string path = $"/proc/{File.ReadAllText(pid).Trim()}/ns/user";
            Configure("id -u; cat /proc/self/uid_map; readlink /proc/self/ns/user", config =>
            {
                config["linux"]!["namespaces"]!.AsArray().First(item => item!["type"]!.GetValue<string>() == "user")!["path"] = path;
            });
            Result result = As("run", Id);
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Contains("level=warning", result.Error, StringComparison.Ordinal);
            string[] lines = result.Output.Split('\n');
            Assert.Equal("0", lines[0]);
            Assert.Equal($"0 {Uid} 1", string.Join(' ', lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Equal(new FileInfo(path).LinkTarget, lines[2]);
            Configure("true", static config => config["linux"]!["uidMappings"]![0]!["size"] = 2);
            Assert.Contains("non-matching mapping", As("run", Id).Error, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public void ExecWithUserDirectoryEnvironmentAndTerminal()
    {
        Configure("sleep 100");
        Good("run", "-d", Id);
        Assert.Equal("/tmp\nA=b\n", Good("exec", "--cwd", "/tmp", "-e", "A=b", Id, "sh", "-c", "pwd; env | grep ^A="));
        Assert.Equal(255, As("exec", "--user", "7", Id, "id").ExitCode);
        Assert.Equal(3, As("exec", Id, "sh", "-c", "exit 3").ExitCode);
        using var terminal = new PseudoTerminal(Work("run"), 24, 80, ["unshare", .. Command("exec", "-t", Id, "sh")]);
        terminal.Type("tty; stat -c '%t:%T owner %u' $(tty)\n");
        terminal.Expect("/dev/pts/0");
        terminal.Expect("88:0 owner 0");
        terminal.Type("exit 5\n");
        Assert.Equal(5, terminal.End());
        Assert.Equal("", Good("exec", "-d", Id, "sleep", "50"));
    }

    [Fact]
    public void ProcessesAreFoundWithoutACgroup()
    {
        Configure("sleep 100 & sleep 100 & wait");
        Good("run", "-d", Id);
        Assert.True(SpinWait.SpinUntil(() => Pids().Count == 3, 10_000), $"{Pids().Count} processes");
        Good("exec", "-d", Id, "sh", "-c", "sleep 50 & wait");
        Assert.True(SpinWait.SpinUntil(() => Pids().Count == 5, 10_000), $"{Pids().Count} processes");
        Good("kill", "--all", Id, "KILL");
        Await("stopped");
        Assert.Empty(Pids());

        List<int> Pids() => [.. JsonNode.Parse(Good("ps", "-f", "json", Id))!.AsArray().Select(pid => pid!.GetValue<int>())];
    }

    /// <summary>Name of each below /sys/fs/cgroup, and the directory of this process there.</summary>
    private static (string Name, string Directory)[] Hierarchies() => [.. File.ReadLines("/proc/self/cgroup")
        .Select(static line => line.Split(':', 3))
        .Where(static fields => fields[0] != "0")
        .Select(static fields => (Name: fields[1].Replace("name=", "", StringComparison.Ordinal), Path: fields[2]))
        .Where(static hierarchy => Directory.Exists("/sys/fs/cgroup/" + hierarchy.Name))
        .Select(static hierarchy => (hierarchy.Name, $"/sys/fs/cgroup/{hierarchy.Name}{hierarchy.Path}".TrimEnd('/')))];
}
