using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>What an unprivileged user has in place of what only root of the host can have.</summary>
public sealed class RootlessFallbackTests : RootlessTest
{
    [Fact]
    public void DevicesAreBindsOfTheHosts()
    {
        Configure("echo x >/dev/null; head -c 3 /dev/zero | wc -c; echo x >/dev/full || echo full; head -c 4 /dev/urandom | wc -c; stat -c '%t:%T' /dev/null /dev/tty; grep -c ' /dev/[a-z]* ' /proc/self/mountinfo", config =>
            config["linux"]!["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/kmsg", ["type"] = "c", ["major"] = 1, ["minor"] = 11 }));
        string[] lines = Lines();
        Assert.Equal(["3", "full", "4", "1:3", "5:0"], lines[..5]);
        Assert.True(int.Parse(lines[5]) >= 7, lines[5]);
    }

    /// <summary>Anybody may raise it (proc_pid_oom_score_adj(5)); the helper, whose files are root's, does so too, and is not to be looked into in the container.</summary>
    [Fact, Needs(Program = "newuidmap")]
    public void OomScoreAdjIsRaisedAndWhatCannotBeLoweredIsAWarning()
    {
        foreach (bool range in (bool[])[false, true])
        {
            Configure("cat /proc/self/oom_score_adj; sleep 100", config =>
            {
                config["process"]!["oomScoreAdj"] = 900;
                if (range)
                    WithRange(config);
            });
            Result created = As("create", Id);
            Assert.Equal(0, created.ExitCode);
            Assert.DoesNotContain("oom_score", created.Error, StringComparison.Ordinal);
            int pid = JsonNode.Parse(Good("state", Id))!["pid"]!.GetValue<int>();
            // Of a process that may be dumped they would be the user's.
            Assert.Equal("0", Machine.Run("stat", "-c", "%u", $"/proc/{pid}/environ").Trim());
            Assert.Equal("900\n", File.ReadAllText($"/proc/{pid}/oom_score_adj"));
            Good("start", Id);
            Result exec = As("exec", Id, "cat", "/proc/self/oom_score_adj");
            Assert.Equal((0, "900\n", false), (exec.ExitCode, exec.Output, exec.Error.Contains("oom_score", StringComparison.Ordinal)));
            Good("delete", "-f", Id);
        }
        Configure("cat /proc/self/oom_score_adj", config => config["process"]!["oomScoreAdj"] = -900);
        Result lowered = As("run", Id);
        Assert.Equal((0, File.ReadAllText("/proc/self/oom_score_adj")), (lowered.ExitCode, lowered.Output));
        Assert.Contains("oom_score", lowered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SysfsIsTheOwnOneInAnOwnNetworkAndElseTheHosts()
    {
        Configure("ls /sys/class/net; ls -d /sys/kernel; touch /sys/made || echo read-only", config =>
        {
            config["linux"]!["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "network" });
            SetSys(config, "sysfs", "nosuid", "noexec", "nodev", "ro");
        });
        Assert.Equal(["lo", "/sys/kernel", "read-only"], Lines());
        Configure("ls /sys/class/net | wc -l; touch /sys/made || echo read-only", config =>
        {
            JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
            namespaces.Remove(namespaces.First(item => item!["type"]!.GetValue<string>() == "network"));
            SetSys(config, "sysfs", "nosuid", "noexec", "nodev", "ro");
        });
        Assert.Equal([$"{Directory.GetFileSystemEntries("/sys/class/net").Length}", "read-only"], Lines());

        static void SetSys(JsonNode config, string type, params string[] options)
        {
            JsonNode sys = config["mounts"]!.AsArray().First(mount => mount!["destination"]!.GetValue<string>() == "/sys")!;
            (sys["type"], sys["source"], sys["options"]) = (type, type, new JsonArray([.. options.Select(option => (JsonNode)option)]));
        }
    }

    [Fact]
    public void WithoutACgroupLimitsAndFreezingAreRefusedAndTheRestWorks()
    {
        Configure("sleep 100");
        Good("run", "-d", Id);
        string cgroups = File.ReadAllText($"/proc/{JsonNode.Parse(Good("state", Id))!["pid"]!.GetValue<int>()}/cgroup");
        Assert.DoesNotContain(Id, cgroups, StringComparison.Ordinal);
        Assert.Contains("needs a cgroup", As("pause", Id).Error, StringComparison.Ordinal);
        Assert.Contains("needs a cgroup", As("update", "--pids-limit", "5", Id).Error, StringComparison.Ordinal);
        Good("kill", Id, "KILL");
        Await("stopped");
        Good("delete", Id);
    }

    // A filesystem that is another's: its flags can't be taken off (mount_namespaces(7)).
    [Fact]
    public void LockedFlagsStayOnBindsAndRemounts()
    {
        Before = """mkdir -p "$1/flags" && mount -t tmpfs -o nosuid,nodev,noexec,noatime,mode=777 tmpfs "$1/flags" """;
        Configure("grep ' /mnt/' /proc/self/mountinfo; touch /mnt/rw/made && echo written; touch /mnt/ro/made || echo refused; touch /mnt/again/made && echo written; touch /mnt/later/made || echo refused", config =>
        {
            AddMount(config, Work("flags"), "/mnt/rw", "bind", "rw");
            AddMount(config, Work("flags"), "/mnt/ro", "bind", "ro");
            AddMount(config, Work("flags"), "/mnt/plain", "bind");
            AddMount(config, Work("flags"), "/mnt/noatime", "bind", "noatime");
            AddMount(config, Work("flags"), "/mnt/nosuid", "rbind", "nosuid", "ro");
            AddMount(config, Work("flags"), "/mnt/rro", "rbind", "rro");
            AddMount(config, Work("flags"), "/mnt/again", "bind");
            AddMount(config, Work("flags"), "/mnt/again", "bind", "remount", "rw");
            AddMount(config, Work("flags"), "/mnt/later", "bind");
            AddMount(config, Work("flags"), "/mnt/later", "bind", "remount", "ro");
        });
        Result result = As("run", Id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["written", "refused", "written", "refused"], lines[^4..]);
        Dictionary<string, string> flags = lines[..^4].Select(line => line.Split(' ')).ToDictionary(fields => fields[4], fields => fields[5]);
        Assert.Equal(8, flags.Count);
        Assert.All(flags, pair => Assert.Superset(new HashSet<string> { "nosuid", "nodev", "noexec", "noatime" }, pair.Value.Split(',').ToHashSet()));
        Assert.Equal(["/mnt/later", "/mnt/nosuid", "/mnt/ro", "/mnt/rro"], flags.Where(pair => pair.Value.StartsWith("ro,", StringComparison.Ordinal)).Select(pair => pair.Key).Order());
    }

    [Fact]
    public void AReadOnlyFilesystemOfAnotherStaysSo()
    {
        Before = """mkdir -p "$1/flags" && mount -t tmpfs -o mode=777 tmpfs "$1/flags" && mount -o remount,ro,bind "$1/flags" """;
        Configure("touch /mnt/made || echo refused", config => AddMount(config, Work("flags"), "/mnt", "bind", "nosuid"));
        Assert.Equal(["refused"], Lines());
        // Who names what can't be had is told.
        foreach (string[] options in (string[][])[["bind", "rw"], ["bind", "remount", "rw"]])
        {
            Configure("true", config =>
            {
                AddMount(config, Work("flags"), "/mnt", "bind");
                AddMount(config, Work("flags"), "/mnt", options);
            });
            Result refused = As("run", Id);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("locked", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATerminalAndItsConsole()
    {
        Configure("tty; ls -l /dev/console; stat -c %t:%T /dev/console; stat -c %u $(tty); echo end >/dev/tty", config => config["process"]!["terminal"] = true);
        using var terminal = new PseudoTerminal(Work("run"), 24, 80, ["unshare", .. Command("run", Id)]);
        terminal.Expect("end");
        Assert.Equal(0, terminal.End());
        Assert.Contains("/dev/pts/0", terminal.Screen, StringComparison.Ordinal);
        Assert.Contains("88:0", terminal.Screen, StringComparison.Ordinal); // the pty's, 136
    }

    [Fact]
    public void HooksRunAsTheUser()
    {
        string[] kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
        Configure("true", config =>
        {
            JsonObject hooks = [];
            foreach (string kind in kinds)
            {
                // The last of the container's hooks runs inside.
                bool inside = kind == "startContainer";
                hooks[kind] = new JsonArray(new JsonObject
                {
                    ["path"] = inside ? "/bin/sh" : "/bin/busybox",
                    ["args"] = new JsonArray([.. (string[])[.. inside ? ["sh"] : (string[])["busybox", "sh"], "-c", $"cat >/dev/null; echo $(id -u) >>{(inside ? "" : Work("bundle/rootfs"))}/tmp/{kind}"]]),
                });
            }
            config["hooks"] = hooks;
        });
        Good("run", Id);
        // Outside the user is who it is; createContainer and startContainer see the container's user namespace.
        Assert.Equal(
            [$"prestart {Uid}", $"createRuntime {Uid}", "createContainer 0", "startContainer 0", $"poststart {Uid}", $"poststop {Uid}"],
            kinds.Select(kind => kind + " " + File.ReadAllText(Work("bundle/rootfs/tmp/" + kind)).Trim()));
    }

    [Theory]
    [InlineData("true"), InlineData("auto")]
    public void RootlessByOptionIsTheSame(string value)
    {
        Configure("id -u");
        Assert.Equal("0\n", Good("--rootless", value, "run", Id));
    }

    [Fact]
    public void WithRootlessFalseACgroupMustBeHad()
    {
        Configure("id -u");
        Result result = As("--rootless", "false", "run", Id);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("cgroup", result.Error, StringComparison.Ordinal);
        Assert.Contains("invalid rootless: maybe", As("--rootless=maybe", "run", Id).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void RootMayBeRootlessToo()
    {
        using var bundle = new Bundle();
        bundle.Configure(config => config["linux"]!["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/kmsg", ["type"] = "c", ["major"] = 1, ["minor"] = 11 }), "sh", "-c", "cat /proc/self/uid_map; cat /dev/kmsg || echo denied");
        Result result = bundle.Run("--rootless", "true", "run", bundle.NewId());
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("4294967295", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("denied\n", result.Output, StringComparison.Ordinal); // device rules hold for it all the same
    }

    [Fact]
    public void RootOfAUserNamespaceRunsContainersInIt()
    {
        string script = """export USER=games; exec unshare --user --map-root-user --mount "$0" "$@" """;
        Configure("id -u; cat /proc/self/uid_map", static config =>
        {
            config["linux"]!["uidMappings"]![0]!["hostID"] = 0;
            config["linux"]!["gidMappings"]![0]!["hostID"] = 0;
        });
        Result result = Ocirun.RunAs("setpriv", Work("bundle"), $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "env", "XDG_RUNTIME_DIR=" + Work("run"), "sh", "-c", script, Work("ocirun"), "run", Id);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = result.Output.Split('\n');
        Assert.Equal("0", lines[0]);
        Assert.Equal("0 0 1", string.Join(' ', lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.True(Directory.Exists(Work("run/oci-runtime")));
    }
}
