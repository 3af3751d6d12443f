using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Mounts of the spec, looked at from inside.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class MountTests : ContainerFixture
{
    [Fact]
    public void TmpcopyupBeginsWithWhatWasThere()
    {
        string data = Path.Combine(Bundle, "rootfs", "data");
        Directory.CreateDirectory(Path.Combine(data, "below"));
        File.WriteAllText(Path.Combine(data, "below", "file"), "content");
        File.SetUnixFileMode(Path.Combine(data, "below", "file"), (UnixFileMode)0b100_110_100_000);
        File.CreateSymbolicLink(Path.Combine(data, "link"), "below/file");
        File.CreateSymbolicLink(Path.Combine(data, "out"), "/etc");
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_000);
        File.SetLastWriteTimeUtc(Path.Combine(data, "below", "file"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        OciSpec spec = Script("""
            cd /data; cat below/file; echo; stat -c '%a %Y' below/file; readlink link; readlink out; stat -c %a .; grep -c ' /data tmpfs' /proc/mounts; echo changed > below/file; touch new
            """);
        spec.Mounts!.Add(new() { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "nosuid"] });

        Assert.Equal("content\n4640 981173106\nbelow/file\n/etc\n750\n1\n", Run(spec).Output);

        Assert.Equal("content", File.ReadAllText(Path.Combine(data, "below", "file")));
        Assert.False(File.Exists(Path.Combine(data, "new")));
    }

    [Fact]
    public void TmpcopyupOfANewDirectoryIsEmptyAndReadonlyComesLast()
    {
        OciSpec spec = Script("ls -A /new | wc -l; touch /new/x 2>/dev/null || echo read-only; ls /etc2; touch /etc2/x 2>/dev/null || echo read-only");
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "etc2", "held"));
        spec.Mounts!.Add(new() { Destination = "/new", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "ro"] });
        spec.Mounts.Add(new() { Destination = "/etc2", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "ro"] });
        Assert.Equal("0\nread-only\nheld\nread-only\n", Run(spec).Output);
    }

    /// <summary>What is mounted over / hides the tmpfs, which was made read-only before; a directory of the same name there is left as it is.</summary>
    [Fact]
    public void AReadonlyTmpfsMayBeHiddenByAnotherRoot()
    {
        string other = Temporary("other");
        Machine.Run("cp", "-a", Path.Combine(Bundle, "rootfs"), other);
        Directory.CreateDirectory(Path.Combine(other, "data"));
        OciSpec spec = Script("touch /data/x && echo written");
        spec.Mounts = [new() { Destination = "/data", Type = "tmpfs", Source = "tmpfs", Options = ["ro"] }, new() { Destination = "/", Source = other, Options = ["bind"] }, .. spec.Mounts!];
        Assert.Equal("written\n", Run(spec).Output);
        Assert.True(File.Exists(Path.Combine(other, "data", "x")));
    }

    /// <summary>As runc: who runs in the container may write to a tmpfs that has no place in the image.</summary>
    [Fact]
    public void ATmpfsHasTheModeOfItsDirectoryOrWhenThereIsNoneTheKernels()
    {
        OciSpec spec = Script("stat -c %a /there /new /copied");
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "there"), (UnixFileMode)0b111_101_000);
        foreach (string directory in (string[])["/there", "/new"])
            spec.Mounts!.Add(new() { Destination = directory, Type = "tmpfs", Source = "tmpfs" });
        spec.Mounts!.Add(new() { Destination = "/copied", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup"] });
        Assert.Equal("750\n1777\n1777\n", Run(spec).Output);
    }

    /// <summary>runtime-spec, config.md, mounts: in the order listed. Read-only is the tmpfs, not what a later mount has put there, and what later ones need below it is made.</summary>
    [Fact]
    public void AReadonlyTmpfsKeepsItsPlaceInTheOrder()
    {
        string volume = Volume();
        Directory.CreateDirectory(Path.Combine(volume, "q"));
        OciMount Tmpfs(string destination) => new() { Destination = destination, Type = "tmpfs", Source = "tmpfs", Options = ["ro"] };
        OciMount Bind(string destination) => new() { Destination = destination, Type = "bind", Source = volume, Options = ["bind", "rw"] };
        OciMount Remount(string destination, params string[] options) => new() { Destination = destination, Options = ["remount", .. options] };
        foreach ((string expected, OciMount[] mounts) in (ValueTuple<string, OciMount[]>[])
        [
            ("/mnt tmpfs ro,/mnt  rw", [Tmpfs("/mnt"), Bind("/mnt")]),
            ("/mnt/q tmpfs ro,/mnt  rw", [Tmpfs("/mnt/q"), Bind("/mnt")]),
            ("/mnt tmpfs rw", [Tmpfs("/mnt"), Remount("/mnt", "rw")]),
            ("/mnt tmpfs ro", [Tmpfs("/mnt"), Remount("/mnt", "noatime")]),
            ("/mnt tmpfs rw,/mnt/q  rw", [Tmpfs("/mnt"), Remount("/mnt", "rw"), Bind("/mnt/q")]),
            ("/mnt tmpfs ro,/mnt/q  rw,/mnt/a/b tmpfs ro", [Tmpfs("/mnt"), Bind("/mnt/q"), Tmpfs("/mnt/a/b")]),
            ("/mnt tmpfs rw,/mnt/q tmpfs rw", [Tmpfs("/mnt"), Tmpfs("/mnt/q"), Remount("/mnt", "rrw")]),
            ("/mnt tmpfs ro,/mnt tmpfs ro,/mnt/x  rw", [Tmpfs("/mnt"), Tmpfs("/mnt"), Bind("/mnt/x")]),
        ])
        {
            OciSpec spec = Spec("cat", "/proc/self/mountinfo");
            spec.Mounts!.AddRange(mounts);
            IEnumerable<string> seen = Run(spec).Output.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length > 9 && words[4].StartsWith("/mnt", StringComparison.Ordinal))
                .Select(words => $"{words[4]} {(words.Contains("tmpfs") ? "tmpfs" : "")} {words[5].Split(',')[0]}");
            Assert.Equal(expected, string.Join(',', seen));
        }
    }

    [Fact]
    public void ADirectoryOnAFileAndAFileOnADirectoryAreErrorsWithTheirReason()
    {
        string volume = Volume();
        foreach ((string destination, string source, string reason) in (ValueTuple<string, string, string>[])
            [("/bin/busybox", volume, "a directory can't be mounted on a file"), ("/tmp", volume + "/file", "a file can't be mounted on a directory")])
        {
            OciSpec spec = Spec("true");
            spec.Mounts!.Add(new() { Destination = destination, Source = source, Type = "bind", Options = ["bind"] });
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
            Assert.Equal(Interop.Errno.ENOTDIR, error.Errno);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnIdMappedMountShowsOtherOwnersAndWritesThemBack()
    {
        string volume = Volume();
        OciSpec spec = Script("stat -c '%u %g' /volume/file; touch /volume/new; stat -c '%u %g' /volume/new");
        spec.Mounts!.Add(IdMapped(volume, 1000, 0, ["rbind", "idmap"]));

        Assert.Equal("0 0\n0 0\n", Run(spec).Output);

        Assert.Equal("1000 1000", Owner(Path.Combine(volume, "new")));
    }

    /// <summary>As user_namespaces(7) has it: sysfs, mqueue and proc are for who owns the namespace that they show.</summary>
    [Fact]
    public void FilesystemsOfNamespacesThatAreSharedAreTheHosts()
    {
        OciSpec spec = InUserNamespace(Script("ls -d /sys/class/net/lo; grep -E ' (/sys|/proc|/dev/mqueue) ' /proc/mounts | cut -d ' ' -f 3; touch /sys/x 2>/dev/null || echo read-only; ls -d /proc/$$; readlink /proc/self/ns/pid"));
        bool queues = Directory.Exists("/dev/mqueue");
        spec.Linux!.Namespaces!.RemoveAll(item => item.Type is "network" or "pid" || (queues && item.Type == "ipc"));
        string[] lines = Run(spec).Output.TrimEnd().Split('\n');
        Assert.Equal(["/sys/class/net/lo", "proc", "mqueue", "sysfs", "read-only"], lines[..^2]);
        Assert.Equal(new FileInfo("/proc/self/ns/pid").LinkTarget, lines[^1]);
    }

    [Fact]
    public void IdmapAloneTakesTheMappingsOfTheUserNamespace()
    {
        string volume = Volume();
        OciSpec spec = InUserNamespace(Script("stat -c '%u %g' /volume/zero; stat -c '%u %g' /plain/zero; touch /volume/new"));
        spec.Mounts!.Add(new() { Destination = "/volume", Source = volume, Type = "bind", Options = ["bind", "idmap"] });
        spec.Mounts.Add(new() { Destination = "/plain", Source = volume, Type = "bind", Options = ["bind"] });

        Assert.Equal("0 0\n65534 65534\n", Run(spec).Output);

        Assert.Equal("0 0", Owner(Path.Combine(volume, "new")));
    }

    // A tmpfs can be id-mapped since that version.
    [Fact, Needs(Kernel = "6.3")]
    public void RidmapMapsTheMountsBelowToo()
    {
        string volume = Volume();
        Directory.CreateDirectory(Path.Combine(volume, "below"));
        string script = $"mount -t tmpfs tmpfs {volume}/below && chown 1000:1000 {volume}/below";
        Machine.Run("sh", "-c", script);
        try
        {
            OciSpec spec = Script("stat -c '%u' /one/below /all/below");
            spec.Mounts!.Add(IdMapped(volume, 1000, 0, ["rbind", "idmap"], "/one"));
            spec.Mounts.Add(IdMapped(volume, 1000, 0, ["rbind", "ridmap"], "/all"));
            Assert.Equal("1000\n0\n", Run(spec).Output);
        }
        finally
        {
            Machine.Run("umount", volume + "/below");
        }
    }

    /// <summary>As any other bind: the source is looked up among the container's mounts. A tmpfs can be id-mapped since 6.3.</summary>
    [Fact, Needs(Kernel = "6.3")]
    public void AnIdMappedSourceMayLieOnAnEarlierMountOfTheSameConfiguration()
    {
        foreach (bool user in (bool[])[false, true])
        {
            OciSpec spec = Script("stat -c '%u %g' /volume /volume/file; grep -c idmapped /proc/self/mountinfo");
            if (user)
                spec = InUserNamespace(spec);
            string volume = Volume();
            spec.Mounts!.Add(new() { Destination = "/early", Type = "bind", Source = volume, Options = ["rbind"] });
            spec.Mounts.Add(IdMapped(Path.Combine(Bundle, "rootfs", "early"), 1000, user ? 200_007u : 7, ["rbind", "idmap"]));
            Assert.Equal("7 7\n7 7\n1\n", Run(spec).Output);
        }
    }

    /// <summary>A namespace of each mapping is handed in; one message holds 253 descriptors.</summary>
    [Fact]
    public void HundredsOfMappingsAreALaunch()
    {
        string volume = Volume();
        OciSpec spec = Script("for i in 0 1 150 399; do stat -c %u /many/$i; done");
        for (uint i = 0; i < 400; i++)
            spec.Mounts!.Add(IdMapped(volume + "/file", 1000, 5000 + i, ["bind", "idmap"], $"/many/{i}"));
        Assert.Equal("5000\n5001\n5150\n5399\n", Run(spec).Output);
        // The same one every time is made once.
        foreach (OciMount mount in spec.Mounts!.TakeLast(400))
            mount.UidMappings = mount.GidMappings = [new() { ContainerID = 1000, HostID = 77, Size = 1 }];
        Assert.Equal("77\n77\n77\n77\n", Run(spec).Output);
    }

    [Fact]
    public void AnIdMappedMountThatTheFilesystemRefusesIsAClearError()
    {
        OciSpec spec = Spec("true");
        spec.Mounts!.Add(IdMapped("/proc/self/net", 1000, 0, ["bind", "idmap"]));
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal("mount_setattr", error.Syscall);
        Assert.Equal("the filesystem does not support id-mapped mounts, or is id-mapped already", error.Hint);
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void RecursiveAttributesReachTheMountsBelow()
    {
        string volume = Volume();
        Directory.CreateDirectory(Path.Combine(volume, "below"));
        Machine.Run("mount", "-t", "tmpfs", "tmpfs", volume + "/below");
        try
        {
            OciSpec spec = Script("""
                for d in /ro /rro; do touch $d/x 2>/dev/null && echo "$d writable"; touch $d/below/x 2>/dev/null && echo "$d/below writable"; done
                grep -E ' (/rall|/rall/below) ' /proc/mounts | sed 's/.*\(nosuid,nodev,noexec,noatime\).*/\1/'
                """);
            spec.Mounts!.Add(new() { Destination = "/ro", Source = volume, Type = "bind", Options = ["rbind", "ro"] });
            spec.Mounts.Add(new() { Destination = "/rro", Source = volume, Type = "bind", Options = ["rbind", "rro"] });
            spec.Mounts.Add(new() { Destination = "/rall", Source = volume, Type = "bind", Options = ["rbind", "rnosuid", "rnodev", "rnoexec", "rnoatime"] });
            Assert.Equal("/ro/below writable\nnosuid,nodev,noexec,noatime\nnosuid,nodev,noexec,noatime\n", Run(spec).Output);
        }
        finally
        {
            Machine.Run("umount", volume + "/below");
        }
    }

    [Fact]
    public void NosymfollowStopsLinksOfThatMountOnly()
    {
        string volume = Volume();
        File.CreateSymbolicLink(Path.Combine(volume, "link"), "file");
        OciSpec spec = Script("cat /volume/file >/dev/null && echo file; cat /volume/link 2>/dev/null || echo refused; cat /free/link >/dev/null && echo free");
        spec.Mounts!.Add(new() { Destination = "/volume", Source = volume, Type = "bind", Options = ["bind", "nosymfollow"] });
        spec.Mounts.Add(new() { Destination = "/free", Source = volume, Type = "bind", Options = ["bind"] });
        Assert.Equal("file\nrefused\nfree\n", Run(spec).Output);
    }

    [Fact]
    public void FilesRelativeDestinationsAndLinksInsideTheRootAreTargets()
    {
        string volume = Volume();
        string rootfs = Path.Combine(Bundle, "rootfs");
        Directory.CreateDirectory(Path.Combine(rootfs, "real"));
        File.CreateSymbolicLink(Path.Combine(rootfs, "linked"), "/real");
        File.CreateSymbolicLink(Path.Combine(rootfs, "outside"), "/../../../../tmp");
        OciSpec spec = Script("cat /made/file; cat /rel/file; ls /real/at; ls /tmp/at");
        File.WriteAllText(Path.Combine(volume, "file"), "x\n");
        spec.Mounts!.Add(new() { Destination = "/made/file", Source = volume + "/file", Type = "bind", Options = ["bind"] });
        spec.Mounts.Add(new() { Destination = "rel", Source = volume, Type = "bind", Options = ["bind"] });
        spec.Mounts.Add(new() { Destination = "/linked/at", Source = volume, Type = "bind", Options = ["bind"] });
        spec.Mounts.Add(new() { Destination = "/outside/at", Source = volume, Type = "bind", Options = ["bind"] });
        (string output, _) = Run(spec);
        Assert.Equal("x\nx\nfile\nzero\nfile\nzero\n", output);
        Assert.Contains(Warnings, warning => warning.Contains("\"rel\" is relative", StringComparison.Ordinal));
        Assert.False(Directory.Exists("/tmp/at"));
    }

    /// <summary>Images come with links whose targets only exist when they run: what is missing is made, inside the root.</summary>
    [Fact]
    public void LinksWithoutATargetGetOne()
    {
        string volume = Volume(), rootfs = Path.Combine(Bundle, "rootfs");
        (string Link, string Text, string Made)[] links =
        [
            ("absolute", "/nowhere/deep", "nowhere/deep"), ("relative", "beside/it", "beside/it"), ("etc/up", "../run/up/file", "run/up/file"),
            ("beyond", "../../../../outside/it", "outside/it"), ("first", "second", "third"), ("second", "/third", "third"), ("etc/middle", "made/gone/../there", "etc/made/there"),
            ("dots", "./a/./b", "a/b"), ("etc/back", "..//etc/../opt", "opt"),
        ];
        Directory.CreateDirectory(Path.Combine(rootfs, "etc", "made"));
        foreach ((string link, string text, _) in links)
            foreach (string kind in (string[])["d", "f", "t"])
            {
                string path = Path.Combine(rootfs, kind, link);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.CreateSymbolicLink(path, text[0] == '/' ? $"/{kind}{text}" : text);
            }
        foreach (string kind in (string[])["d", "f", "t"])
            foreach ((string link, _, string made) in links)
            {
                if (link == "second")
                    continue;
                // What goes up beyond the root comes out at the root.
                string at = (link == "beyond" ? "/" : $"/{kind}/") + made, below = $"/{kind}/{link}";
                OciSpec spec = Script(kind == "f" ? $"cat {at}; cat {below}" : kind == "d" ? $"cat {at}/file; cat {below}/file" : $"grep -c ' {at} tmpfs' /proc/mounts; ls {below}");
                spec.Mounts!.Add(kind switch
                {
                    "d" => new() { Destination = below, Source = volume, Type = "bind", Options = ["bind"] },
                    "f" => new() { Destination = below, Source = volume + "/file", Type = "bind", Options = ["bind"] },
                    _ => new() { Destination = below, Source = "tmpfs", Type = "tmpfs" },
                });
                (string output, _) = Run(spec);
                Assert.Equal((below, kind == "t" ? "1\n" : "x\nx\n"), (below, output));
                foreach (string top in (string[])["d", "f", "t"])
                    Machine.Run("sh", "-c", $"cd {rootfs} && rm -rf outside {top}/third {top}/opt {top}/a {top}/beside {top}/run");
            }
        Assert.False(Path.Exists("/outside") || Path.Exists("/nowhere"));
    }

    /// <summary>The usual two of images: /var/run and what systemd-resolved has of /etc.</summary>
    [Fact]
    public void ALinkWithoutATargetMayBeOnTheWayOrTheLast()
    {
        string volume = Volume(), rootfs = Path.Combine(Bundle, "rootfs");
        Machine.Run("sh", "-c", $"cd {rootfs} && rm -rf run var/run && mkdir -p var etc && ln -s /run var/run && ln -s ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf");
        OciSpec spec = Script("cat /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf /run/app/secret; ls /run/dir /var/run/dir; pwd; stat -c %a /run /run/app");
        spec.Mounts!.Add(new() { Destination = "/etc/resolv.conf", Source = volume + "/file", Type = "bind", Options = ["bind", "ro"] });
        spec.Mounts.Add(new() { Destination = "/var/run/app/secret", Source = volume + "/file", Type = "bind", Options = ["bind", "ro"] });
        spec.Mounts.Add(new() { Destination = "/var/run/dir", Source = volume, Type = "bind", Options = ["bind", "ro"] });
        spec.Process!.Cwd = "/var/run/work";
        Assert.Equal("x\nx\nx\n/run/dir:\nfile\nzero\n\n/var/run/dir:\nfile\nzero\n/run/work\n755\n755\n", Run(spec).Output);
    }

    [Fact]
    public void LinksThatLeadNowhereAtAllAreNamed()
    {
        string rootfs = Path.Combine(Bundle, "rootfs");
        Machine.Run("sh", "-c", $"cd {rootfs} && ln -s /loop loop && ln -s gone/../around around && ln -s passwd/x etc/file && echo > etc/passwd");
        foreach ((string destination, string reason) in (ValueTuple<string, string>[])[("/loop", "symbolic links"), ("/loop/x", "symbolic links"), ("/around", "symbolic links"), ("/etc/file", "not a directory")])
        {
            OciSpec spec = Spec("true");
            spec.Mounts!.Add(new() { Destination = destination, Source = "tmpfs", Type = "tmpfs" });
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
            Assert.Contains(destination, error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LaterMountsAreOnTopAndSourcesStartAtTheBundle()
    {
        foreach (string name in (string[])["one", "two"])
        {
            Directory.CreateDirectory(Path.Combine(Bundle, name));
            File.WriteAllText(Path.Combine(Bundle, name, "file"), name + "\n");
        }
        OciSpec spec = Script("cat /at/file; grep -c ' /at ' /proc/mounts; ls /at/in");
        spec.Mounts!.Add(new() { Destination = "/at", Source = "one", Type = "bind", Options = ["rbind"] });
        spec.Mounts.Add(new() { Destination = "/at", Source = "two", Type = "bind", Options = ["rbind"] });
        spec.Mounts.Add(new() { Destination = "/at/in", Source = "one", Type = "bind", Options = ["bind"] });
        Assert.Equal("two\n2\nfile\n", Run(spec).Output);
    }

    [Fact]
    public void EveryMountOfTheCgroupsIsWithoutDevicesProgramsAndSetuid()
    {
        foreach (bool asked in (bool[])[true, false])
        {
            OciSpec spec = Script("grep ' /sys/fs/cgroup' /proc/self/mountinfo");
            if (!asked)
                spec.Mounts!.Single(static mount => mount.Type == "cgroup").Options = ["ro"];
            string[] mounts = [.. Run(spec).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(mount => asked || !mount.Contains(" - cgroup2 ", StringComparison.Ordinal))];
            Assert.True(mounts.Length > 0 || !asked);
            Assert.All(mounts, static mount => Assert.Superset(new HashSet<string> { "ro", "nosuid", "nodev", "noexec" }, mount.Split(' ')[5].Split(',').ToHashSet()));
        }
    }

    [Fact]
    public void RootfsPropagationIsTheKernels()
    {
        // A slave has a master only when the mount that it comes from is shared.
        Machine.Run("sh", "-c", $"mount --bind {Bundle} {Bundle} && mount --make-shared {Bundle}");
        try
        {
            foreach ((string propagation, string expected) in (ValueTuple<string, string>[])
            [
                ("shared", "shared:"), ("rshared", "shared:"), ("slave", "master:"), ("rslave", "master:"), ("private", "-"), ("rprivate", "-"),
                ("unbindable", "unbindable"), ("runbindable", "unbindable"),
            ])
            {
                OciSpec spec = Script("sed -n 's/^[^ ]* [^ ]* [^ ]* [^ ]* \\/ [^ ]* //p' /proc/self/mountinfo | tail -n 1");
                spec.Linux!.RootfsPropagation = propagation;
                string output = Run(spec).Output;
                Assert.True(output.StartsWith(expected, StringComparison.Ordinal), $"{propagation}: {output}");
            }
        }
        finally
        {
            Machine.Run("umount", Bundle);
        }
    }

    /// <summary>As runc's: only "rshared" makes them shared. Else what is mounted below them in the container would not stay there.</summary>
    [Fact]
    public void MountsBelowTheRootAreSharedOnlyWhenTheTreeIs()
    {
        string root = Path.Combine(Bundle, "rootfs"), below = root + "/below";
        Directory.CreateDirectory(below + "/private");
        Machine.Run("sh", "-c", $"mount --bind {root} {root} && mount --make-shared {root} && mount -t tmpfs below {below} && mkdir {below}/private && mount -t tmpfs private {below}/private && mount --make-private {below}/private");
        try
        {
            foreach ((string propagation, string expected) in (ValueTuple<string, string>[])
                [("shared", "shared|-"), ("rshared", "shared|shared"), ("slave", "master|-"), ("rslave", "master|-"), ("private", "-|-"), ("unbindable", "-|-")])
            {
                OciSpec spec = Script("for at in /below /below/private; do grep \" $at \" /proc/self/mountinfo | cut -d ' ' -f 7 | cut -d : -f 1; done");
                spec.Linux!.RootfsPropagation = propagation;
                Assert.Equal((propagation, expected), (propagation, Run(spec).Output.Trim().Replace('\n', '|')));
            }
        }
        finally
        {
            Machine.Run("umount", "-R", root);
        }
    }

    [Fact]
    public void SupervisedLimitsAreSetBeforeTheUserNamespace()
    {
        OciSpec spec = InUserNamespace(Script("ulimit -Hn; ulimit -Sn"));
        spec.Process!.Rlimits = [new() { Type = "RLIMIT_NOFILE", Soft = 77, Hard = 88 }];
        Assert.Equal("88\n77\n", Run(spec).Output);
        using ContainerProcess process = Runtime.Run(Request("s", spec, supervised: true));
        process.Wait();
        Assert.Equal(["88", "77"], ContainerLog.Read(Runtime, "s").Select(record => record.Line));
    }

    // A directory with "file" of 1000:1000 and "zero" of 0:0.
    /// <summary>As runc and crun: a volume is the runtime's to open, the container's root is nobody there.</summary>
    [Fact]
    public void ASourceThatTheUserNamespaceCannotReachIsBound()
    {
        string volume = Volume(), hidden = Path.GetDirectoryName(volume)! + "/hidden";
        Directory.CreateDirectory(hidden, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(hidden + "/volume/below");
        File.WriteAllText(hidden + "/volume/file", "one\n");
        File.WriteAllText(hidden + "/single", "two\n");
        OciSpec spec = InUserNamespace(Script("cat /volume/file /single /again/file"));
        spec.Mounts!.Add(new() { Destination = "/volume", Source = hidden + "/volume", Type = "bind", Options = ["rbind"] });
        spec.Mounts.Add(new() { Destination = "/single", Source = hidden + "/single", Type = "bind", Options = ["bind", "ro"] });
        // What an earlier mount of the same configuration shows.
        spec.Mounts.Add(new() { Destination = "/again", Source = Path.Combine(Bundle, "rootfs", "volume"), Type = "bind", Options = ["bind"] });
        Assert.Equal("one\ntwo\none\n", Run(spec).Output);
    }

    /// <summary>The mounts below are locked to their directory in the container's namespace; the runtime may have it without them.</summary>
    [Fact]
    public void ADirectoryWithMountsIsBoundWithoutThemInAUserNamespace()
    {
        string volume = Volume();
        Directory.CreateDirectory(volume + "/below");
        Machine.Run("mount", "-t", "tmpfs", "none", volume + "/below");
        try
        {
            OciSpec spec = InUserNamespace(Script("grep -c ' /volume' /proc/mounts; ls /volume"));
            spec.Mounts!.Add(new() { Destination = "/volume", Source = volume, Type = "bind", Options = ["bind"] });
            Assert.Equal("1\nbelow\nfile\nzero\n", Run(spec).Output);
        }
        finally
        {
            Machine.Run("umount", volume + "/below");
        }
    }

    [Fact]
    public void ATimeNamespaceOfAUserNamespaceHasItsOffsets()
    {
        OciSpec spec = InUserNamespace(Script("cat /proc/self/timens_offsets"));
        spec.Linux!.Namespaces!.Add(new() { Type = "time" });
        spec.Linux.TimeOffsets = new() { ["boottime"] = new() { Secs = 1_000 } };
        Assert.Matches("boottime +1000 +0", Run(spec).Output);
    }

    private string Volume()
    {
        string volume = Temporary("volume");
        Directory.CreateDirectory(volume);
        File.WriteAllText(Path.Combine(volume, "file"), "x\n");
        File.WriteAllText(Path.Combine(volume, "zero"), "");
        Machine.Run("chown", "1000:1000", volume + "/file", volume);
        Machine.Run("chmod", "777", volume);
        return volume;
    }

    private static string Owner(string file) => Machine.Run("stat", "-c", "%u %g", file).Trim();

    private static OciMount IdMapped(string source, uint onDisk, uint shown, string[] options, string destination = "/volume") => new()
    {
        Destination = destination,
        Source = source,
        Type = "bind",
        Options = [.. options],
        UidMappings = [new() { ContainerID = onDisk, HostID = shown, Size = 1 }],
        GidMappings = [new() { ContainerID = onDisk, HostID = shown, Size = 1 }],
    };

    /// <summary>Programs take the first line for the root; newer kernels have the lines in the order in which the mounts were made.</summary>
    [Fact]
    public void TheRootIsTheFirstMount()
    {
        OciSpec spec = Script("head -n 1 /proc/self/mountinfo | cut -d ' ' -f 5; grep -c ' /proc/keys ' /proc/self/mountinfo");
        spec.Linux!.MaskedPaths = ["/proc/keys", "/sys/firmware"];
        spec.Mounts!.Add(new()
        {
            Destination = "/mapped",
            Source = Temporary(""),
            Options = ["rbind"],
            UidMappings = [new() { ContainerID = 0, HostID = 100_000, Size = 1000 }],
            GidMappings = [new() { ContainerID = 0, HostID = 100_000, Size = 1000 }],
        });
        Assert.Equal("/\n1\n", Run(spec).Output);
    }
}
