using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>Callers whose rights and mounts are not the usual ones.</summary>
public sealed class UnusualCallerTests : IDisposable
{
    private readonly Bundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    /// <summary>What Podman's <c>--group-add keep-groups</c> is made of.</summary>
    [Fact, Needs(Program = "setpriv")]
    public void TheGroupsOfTheCallerStayWhereAnAnnotationAsksForThem()
    {
        foreach (bool keep in (bool[])[false, true])
        {
            _bundle.Configure(config => { if (keep) config["annotations"] = new JsonObject { ["run.oci.keep_original_groups"] = "1" }; }, "id", "-G");
            Result run = Ocirun.RunAs("setpriv", _bundle.Path, "--groups", "7777,8888", Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
            Assert.Equal((0, keep ? "0 7777 8888\n" : "0\n", ""), (run.ExitCode, run.Output, run.Error));
        }
    }

    /// <summary>What systemd's AmbientCapabilities= gives the runtime is not the container's, though it may inherit the capability.</summary>
    [Fact, Needs(Program = "setpriv")]
    public void AmbientCapabilitiesOfTheCallerAreNotTheContainers()
    {
        _bundle.Configure(
            config =>
            {
                foreach (string set in (string[])["bounding", "permitted", "effective", "inheritable"])
                    config["process"]!["capabilities"]![set] = new JsonArray("CAP_NET_RAW");
            },
            "sh", "-c", "cat /proc/self/status");
        Result result = Ocirun.RunAs(
            "setpriv", _bundle.Path, "--inh-caps=+net_raw", "--ambient-caps=+net_raw", Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("CapInh:\t0000000000002000\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("CapAmb:\t0000000000000000\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A shared root, as systemd leaves it: nothing that the container does to its mounts comes back, even when its own root is shared.</summary>
    [Theory, Needs(Program = "unshare")]
    [InlineData("shared")]
    [InlineData("rshared")]
    [InlineData("slave")]
    [InlineData("private")]
    public void TheHostKeepsItsMounts(string propagation)
    {
        _bundle.Configure(config => config["linux"]!["rootfsPropagation"] = propagation, "true");
        const string Script = """
            mount --make-rshared / && mount -t tmpfs witness "$1" || exit 99
            cut -d ' ' -f 3-5 /proc/self/mountinfo | sort >"$1/before"
            shift
            "$@" || exit 98
            cut -d ' ' -f 3-5 /proc/self/mountinfo | sort >"$0/after"
            cmp "$0/before" "$0/after"
            """;
        string witness = Path.Combine(_bundle.Work, "witness");
        Directory.CreateDirectory(witness);
        Result result = Ocirun.RunAs(
            "unshare", _bundle.Path, "--mount", "--propagation", "private", "sh", "-c", Script, witness, witness, Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    /// <summary>Namespaces that are not listed are inherited, that of mounts too: nothing in it changes, whoever looks at it.</summary>
    [Theory, Needs(Program = "unshare")]
    [InlineData("none")]
    [InlineData("joined")]
    public void WithoutAMountNamespaceTheCallersIsTheContainers(string kind)
    {
        _bundle.Configure(
            config =>
            {
                JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
                JsonNode mount = namespaces.First(one => one!["type"]!.GetValue<string>() == "mount")!;
                if (kind == "none")
                    namespaces.Remove(mount);
                else
                    mount["path"] = "/proc/self/ns/mnt";
                config["mounts"] = new JsonArray();
                config["root"]!["readonly"] = false;
                config["linux"]!.AsObject().Remove("maskedPaths");
                config["linux"]!.AsObject().Remove("readonlyPaths");
            },
            "sh", "-c", "ls /; echo x > /tmp/seen; exec sleep 300");
        // A namespace of its own, with a /dev that may be broken.
        const string Script = """
            mount -t tmpfs dev /dev && mknod -m 666 /dev/null c 1 3 || exit 99
            id=$1; shift
            before=$(cat /proc/self/mountinfo)
            "$@" run -d "$id" || exit 98
            pid=$("$@" state "$id" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
            [ "$(readlink /proc/$pid/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ] && echo same
            readlink /proc/$pid/root
            "$@" exec --cwd /tmp "$id" sh -c 'cat seen; ls /; cd /..; ls -d rootfs bundle config.json 2>/dev/null'
            unshare -m "$@" exec "$id" ls /
            "$@" delete -f "$id"
            [ "$before" = "$(cat /proc/self/mountinfo)" ] && [ -c /dev/null ] && echo unchanged
            """;
        const string Root = "bin\ndev\netc\nmnt\nproc\nsys\ntmp\n";
        Result result = Ocirun.RunAs("unshare", _bundle.Path, "--mount", "--propagation", "private", "sh", "-c", Script, "sh", _bundle.NewId(), Ocirun.Path, "--root", _bundle.Root);
        Assert.Equal(
            (0, $"{Root}same\n{_bundle.Path}/rootfs\nx\n{Root}{Root}unchanged\n"),
            (result.ExitCode, result.Output + result.Error));
        Assert.Equal("x\n", File.ReadAllText(Path.Combine(_bundle.Path, "rootfs/tmp/seen")));
    }

    /// <summary>The root of a chroot has no mount of its own whose propagation could be changed; bound on itself it has.</summary>
    [Fact, Needs(Program = "unshare")]
    public void AChrootThatIsNoMountIsExplained()
    {
        _bundle.Configure("echo", "ran");
        const string Script = """
            d=$1 bound=$2
            mkdir -p "$d/proc" "$d/dev" "$d/sys" "$d/tmp" && cp -a "$3" "$d/bundle" && cp "$4" "$d/ocirun" || exit 99
            [ -z "$bound" ] || mount --bind "$d" "$d" || exit 98
            mount -t proc proc "$d/proc" && mount --rbind /sys "$d/sys" && mount -t tmpfs dev "$d/dev" && mknod -m 666 "$d/dev/null" c 1 3 || exit 97
            exec chroot "$d" /ocirun --root /state run -b /bundle "$5"
            """;
        foreach (string bound in (string[])["", "bound"])
        {
            Result result = Ocirun.RunAs(
                "unshare", _bundle.Path, "--mount", "--propagation", "private", "sh", "-c", Script, "sh", Path.Combine(_bundle.Work, "chroot" + bound), bound, _bundle.Path, Ocirun.Path, _bundle.NewId());
            Assert.Equal(bound.Length > 0 ? (0, "ran\n") : (1, ""), (result.ExitCode, result.Output));
            if (bound.Length == 0)
                Assert.Contains("mount_setattr: invalid argument (the root directory is that of a chroot(2) and not a mount", result.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// In a user namespace whose /proc has something mounted over it there is no other procfs to be had, and what is mounted there is not written to
    /// (CVE-2025-52881).
    /// </summary>
    [Fact, Needs(Program = "unshare")]
    public void AFileThatIsMountedOverASysctlIsNotWrittenTo()
    {
        _bundle.Configure(
            config =>
            {
                config["linux"]!["sysctl"] = new JsonObject { ["kernel.domainname"] = "covered" };
                config["linux"]!["namespaces"] = JsonNode.Parse("""[{"type":"mount"},{"type":"network"},{"type":"uts"}]""");
                ((JsonObject)config["linux"]!).Remove("maskedPaths");
                ((JsonObject)config["linux"]!).Remove("readonlyPaths");
                config["mounts"] = JsonNode.Parse("""[{"destination":"/proc","type":"bind","source":"/proc","options":["rbind"]}]""");
            },
            "true");
        string cover = Path.Combine(_bundle.Work, "cover");
        File.WriteAllText(cover, "precious\n");
        const string Script = """
            mount --bind "$0" /proc/sys/kernel/domainname || exit 99
            exec unshare --user --map-root-user --mount "$@"
            """;
        Result result = Ocirun.RunAs(
            "unshare", _bundle.Path, "--mount", "--propagation", "private", "sh", "-c", Script, cover, Ocirun.Path, "--root", _bundle.Root, "run", _bundle.NewId());
        Assert.Equal("precious\n", File.ReadAllText(cover));
        Assert.Contains("/linux/sysctl", result.Message, StringComparison.Ordinal);
        Assert.Contains("cross-device link", result.Message, StringComparison.OrdinalIgnoreCase);
    }
}
