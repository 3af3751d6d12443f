using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Every option of the runtime-spec's table of mount options, as the kernel has it in the container's mountinfo.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class MountOptionTests : ContainerFixture
{
    [Fact]
    public void EveryAttributeOfANewFilesystemIsTheKernels()
    {
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach (string option in MountFlags.Options)
        {
            spec.Mounts!.Add(new() { Destination = $"/plain/{option}", Type = "tmpfs", Source = "tmpfs", Options = [option] });
            spec.Mounts.Add(new() { Destination = $"/tree/{option}", Type = "tmpfs", Source = "tmpfs", Options = ["r" + option] });
        }
        Dictionary<string, Mounted> mounts = Mounts(spec);
        foreach (string option in MountFlags.Options)
        {
            string expected = MountFlags.Plain.With([option]).ToString();
            Assert.Equal((option, expected, expected), (option, mounts[$"/plain/{option}"].Flags, mounts[$"/tree/{option}"].Flags));
        }
    }

    [Fact]
    public void EveryAttributeOfABindIsSetAndTakenBack()
    {
        using var plain = new HostTree(Temporary("plain"));
        using var all = new HostTree(Temporary("all"), MountFlags.AllAttributes);
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach (string option in MountFlags.Options)
        {
            spec.Mounts!.Add(Bind("plain", $"/plain/{option}", "rbind", option));
            spec.Mounts.Add(Bind("all", $"/all/{option}", "rbind", option));
        }
        Dictionary<string, Mounted> mounts = Mounts(spec);
        foreach (string option in MountFlags.Options)
        {
            Assert.Equal((option, MountFlags.Plain.Bound([option]).ToString()), (option, mounts[$"/plain/{option}"].Flags));
            Assert.Equal((option, MountFlags.All.Bound([option]).ToString()), (option, mounts[$"/all/{option}"].Flags));
            // What is below stays as it was.
            Assert.Equal((option, MountFlags.Plain.ToString(), MountFlags.All.ToString()), (option, mounts[$"/plain/{option}/below"].Flags, mounts[$"/all/{option}/below"].Flags));
        }
    }

    [Fact]
    public void EveryRecursiveAttributeReachesTheMountsBelow()
    {
        using var plain = new HostTree(Temporary("plain"));
        using var all = new HostTree(Temporary("all"), MountFlags.AllAttributes);
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach (string option in MountFlags.Options)
        {
            spec.Mounts!.Add(Bind("plain", $"/plain/{option}", "rbind", "r" + option));
            spec.Mounts.Add(Bind("all", $"/all/{option}", "rbind", "r" + option));
        }
        Dictionary<string, Mounted> mounts = Mounts(spec);
        foreach (string option in MountFlags.Options)
            foreach (string below in (string[])["", "/below"])
            {
                Assert.Equal((option, MountFlags.Plain.With([option]).ToString()), (option, mounts[$"/plain/{option}{below}"].Flags));
                Assert.Equal((option, MountFlags.All.With([option]).ToString()), (option, mounts[$"/all/{option}{below}"].Flags));
            }
    }

    /// <summary>Lists of options at random: what the kernel has is what the reference says, of the mount and of the one below it.</summary>
    [Fact]
    public void RandomListsAreTheKernels()
    {
        const int Lists = 120;
        using var plain = new HostTree(Temporary("plain"));
        using var all = new HostTree(Temporary("all"), MountFlags.AllAttributes);
        var random = new Random(5);
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        var lists = new List<string[]>();
        for (int i = 0; i < Lists; i++)
        {
            string[] options = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => (random.Next(3) == 0 ? "r" : "") + MountFlags.Options[random.Next(MountFlags.Options.Length)])];
            lists.Add(options);
            spec.Mounts!.Add(Bind(i % 2 == 0 ? "plain" : "all", $"/m{i}", ["rbind", .. options]));
        }
        Dictionary<string, Mounted> mounts = Mounts(spec);
        for (int i = 0; i < Lists; i++)
        {
            // Those of the tree come after those of the mount, wherever they stand in the list.
            string[] tree = [.. lists[i].Where(IsRecursive).Select(option => option[1..])];
            MountFlags before = i % 2 == 0 ? MountFlags.Plain : MountFlags.All;
            string name = $"{i}: {string.Join(' ', lists[i])}";
            Assert.Equal((name, before.Bound([.. lists[i].Where(option => !IsRecursive(option))]).With(tree).ToString()), (name, mounts[$"/m{i}"].Flags));
            Assert.Equal((name, before.With(tree).ToString()), (name, mounts[$"/m{i}/below"].Flags));
        }
    }

    [Fact]
    public void EveryPropagationIsTheKernels()
    {
        using var tree = new HostTree(Temporary("tree"));
        (string Option, string Kind)[] options =
            [("private", ""), ("slave", ""), ("shared", "shared"), ("unbindable", "unbindable")];
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach ((string option, _) in options)
        {
            spec.Mounts!.Add(Bind("tree", $"/one/{option}", "rbind", option));
            spec.Mounts.Add(Bind("tree", $"/all/{option}", "rbind", "r" + option));
            spec.Mounts.Add(new() { Destination = $"/new/{option}", Type = "tmpfs", Source = "tmpfs", Options = [option] });
        }
        Dictionary<string, Mounted> mounts = Mounts(spec);
        foreach ((string option, string kind) in options)
        {
            Assert.Equal((option, kind), (option, mounts[$"/one/{option}"].Propagation));
            Assert.Equal((option, ""), (option, mounts[$"/one/{option}/below"].Propagation));
            Assert.Equal((option, kind), (option, mounts[$"/all/{option}"].Propagation));
            Assert.Equal((option, kind), (option, mounts[$"/all/{option}/below"].Propagation));
            Assert.Equal((option, kind), (option, mounts[$"/new/{option}"].Propagation));
        }
    }

    /// <summary>What is shared on the host comes as a slave.</summary>
    [Fact]
    public void ASlaveFollowsASharedMountAndAPrivateOneDoesNot()
    {
        using var tree = new HostTree(Temporary("tree"));
        Machine.Run("mount", "--make-rshared", Temporary("tree"));
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        spec.Mounts!.Add(Bind("tree", "/slave", "rbind", "rslave"));
        spec.Mounts.Add(Bind("tree", "/private", "rbind", "rprivate"));
        spec.Mounts.Add(Bind("tree", "/shared", "rbind", "rshared"));
        Dictionary<string, Mounted> mounts = Mounts(spec);
        foreach (string below in (string[])["", "/below"])
            Assert.Equal(("master", "", "shared master"), (mounts["/slave" + below].Propagation, mounts["/private" + below].Propagation, mounts["/shared" + below].Propagation));
    }

    [Fact]
    public void ABindIsOneMountAndARbindItsTree()
    {
        using var tree = new HostTree(Temporary("tree"));
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        spec.Mounts!.Add(Bind("tree", "/one", "bind"));
        spec.Mounts.Add(Bind("tree", "/all", "rbind"));
        spec.Mounts.Add(new() { Destination = "/typed", Type = "bind", Source = Temporary("tree") });
        Dictionary<string, Mounted> mounts = Mounts(spec);
        Assert.Equal(["/all", "/all/below", "/one", "/typed"], mounts.Keys.Where(path => path.Split('/')[1] is "one" or "all" or "typed").Order());
    }

    [Fact]
    public void SuperblockOptionsAreTheFilesystems()
    {
        (string Option, string? Shown)[] options =
        [
            ("sync", "sync"), ("async", null), ("dirsync", "dirsync"), ("mand", "mand"), ("nomand", null), ("lazytime", "lazytime"), ("nolazytime", null),
            ("silent", null), ("loud", null), ("iversion", null), ("noiversion", null), ("defaults", null),
        ];
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach ((string option, _) in options)
            spec.Mounts!.Add(new() { Destination = "/" + option, Type = "tmpfs", Source = "tmpfs", Options = [option] });
        spec.Mounts!.Add(new() { Destination = "/back", Type = "tmpfs", Source = "tmpfs", Options = ["sync", "lazytime", "async", "nolazytime"] });
        Dictionary<string, Mounted> mounts = Mounts(spec);
        string[] known = ["sync", "dirsync", "mand", "lazytime"];
        foreach ((string option, string? shown) in options)
        {
            string[] expected = shown is null ? [] : [shown];
            // Linux 5.15 has no mandatory locks any more: it takes the option and forgets it.
            if (option != "mand")
                Assert.Equal([option, .. expected], [option, .. mounts["/" + option].Superblock.Intersect(known)]);
        }
        Assert.Empty(mounts["/back"].Superblock.Intersect(known));
    }

    [Fact]
    public void OtherOptionsAreTheFilesystemsParameters()
    {
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        spec.Mounts!.Add(new() { Destination = "/small", Type = "tmpfs", Source = "shown", Options = ["nosuid", "size=40k", "mode=1700", "nr_inodes=20"] });
        Mounted mount = Mounts(spec)["/small"];
        Assert.Equal(["mode=1700", "nr_inodes=20", "size=40k"], mount.Superblock.Where(option => option.Contains('=', StringComparison.Ordinal) && !option.StartsWith("inode", StringComparison.Ordinal)).Order());
        Assert.Equal("shown", mount.Source);

        spec.Mounts[^1].Options = ["sise=40k"];
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        Assert.Contains("sise", error.Message, StringComparison.Ordinal);
        Assert.Empty(Runtime.List());
    }

    [Fact]
    public void ARemountChangesTheAttributesOfWhatIsThere()
    {
        using var tree = new HostTree(Temporary("tree"));
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        spec.Mounts!.Add(Bind("tree", "/one", "rbind", "nosuid", "noatime"));
        spec.Mounts.Add(new() { Destination = "/one", Options = ["bind", "remount", "ro", "nodev"], Source = "/one", Type = "bind" });
        spec.Mounts.Add(Bind("tree", "/two", "rbind", "ro"));
        spec.Mounts.Add(new() { Destination = "/two", Options = ["remount", "rw", "shared"] });
        spec.Mounts.Add(Bind("tree", "/three", "rbind"));
        spec.Mounts.Add(new() { Destination = "/three", Options = ["remount", "rro"] });
        Dictionary<string, Mounted> mounts = Mounts(spec);
        // What is not named stays as it was.
        Assert.Equal(MountFlags.Plain.With(["nosuid", "noatime", "ro", "nodev"]).ToString(), mounts["/one"].Flags);
        Assert.Equal(MountFlags.Plain.ToString(), mounts["/one/below"].Flags);
        Assert.Equal((MountFlags.Plain.ToString(), "shared"), (mounts["/two"].Flags, mounts["/two"].Propagation));
        Assert.Equal((MountFlags.Plain.With(["ro"]).ToString(), MountFlags.Plain.With(["ro"]).ToString()), (mounts["/three"].Flags, mounts["/three/below"].Flags));

        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "nothing"));
        spec.Mounts.Add(new() { Destination = "/nothing", Options = ["remount", "ro"] });
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        Assert.Contains("nothing is mounted there", error.Message, StringComparison.Ordinal);
        spec.Mounts[^1].Options = ["remount", "size=1k"];
        Assert.Contains("nothing is mounted there", Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARemountWithParametersChangesTheFilesystem()
    {
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        spec.Mounts!.Add(new() { Destination = "/dev/shm", Options = ["remount", "size=40k", "nr_inodes=20", "nodiratime"] });
        Mounted shm = Mounts(spec)["/dev/shm"];
        Assert.Contains("size=40k", shm.Superblock);
        Assert.Contains("nr_inodes=20", shm.Superblock);
        Assert.Equal(MountFlags.Plain.With(["nosuid", "nodev", "noexec", "nodiratime"]).ToString(), shm.Flags);
        spec.Mounts.Add(new() { Destination = "/wet", Type = "tmpfs", Source = "tmpfs", Options = ["sync", "lazytime", "dirsync"] });
        foreach ((string option, string[] left) in (ValueTuple<string, string[]>[])
            [("async", ["dirsync", "lazytime"]), ("nolazytime", ["dirsync", "sync"]), ("noatime", ["dirsync", "lazytime", "sync"]), ("nomand", ["dirsync", "lazytime", "sync"])])
        {
            spec.Mounts.Add(new() { Destination = "/wet", Options = ["remount", option] });
            Assert.Equal([option, .. left], [option, .. Mounts(spec)["/wet"].Superblock.Intersect(["sync", "dirsync", "lazytime"]).Order()]);
            spec.Mounts.RemoveAt(spec.Mounts.Count - 1);
        }
        spec.Mounts.RemoveAt(spec.Mounts.Count - 1);
        // With "bind" it is about the mount.
        spec.Mounts[^1].Options = ["bind", "remount", "size=40k", "noatime"];
        spec.Mounts[^1].Source = null;
        shm = Mounts(spec)["/dev/shm"];
        Assert.Contains("size=65536k", shm.Superblock);
        Assert.Contains("noatime", shm.Flags, StringComparison.Ordinal);
        Assert.Contains(Warnings, warning => warning.Contains("size=40k is ignored", StringComparison.Ordinal));

        spec.Mounts[^1].Options = ["remount", "sise=40k"];
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        Assert.Contains("sise", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOverlayIsAMountLikeOthers()
    {
        // An overlay's upper directory must not be on an overlay: the tests' own may be.
        using var tree = new HostTree(Temporary("tree"));
        foreach (string directory in (string[])["lower", "upper", "work"])
            Directory.CreateDirectory(Path.Combine(Temporary("tree"), directory));
        File.WriteAllText(Path.Combine(Temporary("tree"), "lower", "file"), "lower\n");
        OciSpec spec = Script("cat /over/file; echo upper > /over/file; cat /over/file");
        spec.Mounts!.Add(new() { Destination = "/over", Type = "overlay", Source = "overlay", Options = [.. Layers("lower", "upper", "work")] });
        Assert.Equal("lower\nupper\n", Run(spec).Output);
        Assert.Equal("lower\n", File.ReadAllText(Path.Combine(Temporary("tree"), "lower", "file")));
        Assert.Equal("upper\n", File.ReadAllText(Path.Combine(Temporary("tree"), "upper", "file")));
    }

    /// <summary>fsconfig(2) takes 255 bytes of a value, mount(2) a page.</summary>
    [Fact]
    public void AnOverlayOfManyLayersIsMounted()
    {
        using var tree = new HostTree(Temporary("tree"));
        string[] names = [.. Enumerable.Range(1, 4).Select(number => number + new string('x', 80))];
        foreach (string directory in (string[])[.. names, "upper", "work"])
            Directory.CreateDirectory(Path.Combine(Temporary("tree"), directory));
        foreach (string name in names)
            File.WriteAllText(Path.Combine(Temporary("tree"), name, "of" + name[0]), name[..1]);
        OciSpec spec = Script("cat /over/of*; touch /over/new 2>/dev/null || echo refused; grep ' /over ' /proc/mounts | cut -d ' ' -f 1,3,4 | cut -c 1-30");
        string lower = "lowerdir=" + string.Join(':', names.Select(name => Path.Combine(Temporary("tree"), name)));
        spec.Mounts!.Add(new() { Destination = "/over", Type = "overlay", Source = "layers", Options = [lower, "ro", "nosuid", "nodev", "private"] });
        Assert.Equal("1234refused\nlayers overlay ro,nosuid,nodev\n", Run(spec).Output);
    }

    /// <summary>An overlay takes no changes, but mount(2) lets its options pass, as runc and crun have it; the flags of the mount stay.</summary>
    [Fact]
    public void ARemountTakesLongOptionsToo()
    {
        using var tree = new HostTree(Temporary("tree"));
        string[] names = [.. Enumerable.Range(1, 4).Select(number => number + new string('x', 80))];
        foreach (string directory in (string[])[.. names, "upper", "work"])
            Directory.CreateDirectory(Path.Combine(Temporary("tree"), directory));
        string lower = "lowerdir=" + string.Join(':', names.Select(name => Path.Combine(Temporary("tree"), name)));
        string[] layers = [lower, $"upperdir={Temporary("tree")}/upper", $"workdir={Temporary("tree")}/work"];
        OciSpec spec = Script("grep ' /over ' /proc/self/mountinfo | cut -d ' ' -f 6; touch /over/x 2>/dev/null || echo refused; grep ' /dev/shm ' /proc/self/mountinfo");
        spec.Mounts!.Add(new() { Destination = "/over", Type = "overlay", Source = "layers", Options = [.. layers, "nosuid", "nodev"] });
        spec.Mounts.Add(new() { Destination = "/over", Options = ["remount", lower, "noexec"] });
        Assert.StartsWith("rw,nosuid,nodev,noexec,relatime\n", Run(spec).Output, StringComparison.Ordinal);
        spec.Mounts.Add(new() { Destination = "/over", Options = ["remount", "bind", "ro"] });
        spec.Mounts.Add(new() { Destination = "/over", Options = ["remount", lower] });
        Assert.StartsWith("ro,nosuid,nodev,noexec,relatime\nrefused\n", Run(spec).Output, StringComparison.Ordinal);
        // What it says of a filesystem that minds is an error.
        spec.Mounts.Add(new() { Destination = "/dev/shm", Options = ["remount", "sise=" + new string('1', 300)] });
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec))).SpecPointer);
    }

    /// <summary>As runc and crun, which call mount(2) with MS_REMOUNT and MS_BIND then.</summary>
    [Fact]
    public void ABindThatNamesAFlagClearsTheOthersButNotTheAccessTime()
    {
        using var tree = new HostTree(Temporary("tree"));
        Machine.Run("mount", "-o", "remount,bind,nosuid,nodev,noatime", Temporary("tree"));
        OciSpec spec = Spec("cat", "/proc/self/mountinfo");
        foreach ((string destination, string[] options) in (ValueTuple<string, string[]>[])
            [("/one", ["ro"]), ("/two", []), ("/three", ["atime"]), ("/four", ["noexec", "relatime"]), ("/five", ["rro"]), ("/six", ["private"]), ("/seven", ["noatime", "atime", "suid"])])
            spec.Mounts!.Add(Bind("tree", destination, ["bind", .. options]));
        Dictionary<string, Mounted> mounts = Mounts(spec);
        Assert.Equal(
            ["noatime,ro", "noatime,nodev,nosuid,rw", "noatime,rw", "noexec,relatime,rw", "noatime,nodev,nosuid,ro", "noatime,nodev,nosuid,rw", "noatime,rw"],
            ((string[])["/one", "/two", "/three", "/four", "/five", "/six", "/seven"]).Select(path => mounts[path].Flags));
    }

    [Fact]
    public void ALockedFlagStaysUnlessItIsNamed()
    {
        using var tree = new HostTree(Temporary("tree"));
        Machine.Run("mount", "-o", "remount,bind,nosuid,nodev,noatime", Temporary("tree"));
        OciSpec spec = InUserNamespace(Spec("cat", "/proc/self/mountinfo"));
        spec.Mounts!.Add(Bind("tree", "/one", "rbind", "ro"));
        spec.Mounts.Add(Bind("tree", "/two", "rbind", "noexec", "nosuid", "noatime"));
        Dictionary<string, Mounted> mounts = Mounts(spec);
        Assert.Equal(("noatime,nodev,nosuid,ro", "noatime,nodev,noexec,nosuid,rw"), (mounts["/one"].Flags, mounts["/two"].Flags));
        foreach (string[] options in (string[][])[["suid"], ["ro", "dev"], ["relatime"], ["strictatime", "nosuid", "nodev"], ["rsuid"], ["rrelatime"]])
        {
            spec.Mounts[^1].Options = ["rbind", .. options];
            OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
            Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
            Assert.Contains("locked", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ABindOnTheRootIsTheRoot()
    {
        OciSpec spec = Script("cat /mark /below/mark");
        string other = Temporary("other");
        Machine.Run("cp", "-a", Path.Combine(Bundle, "rootfs"), other);
        File.WriteAllText(Path.Combine(other, "mark"), "other\n");
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "inside"));
        // A destination may be the place's path on the host.
        spec.Mounts!.Insert(0, new() { Destination = Path.Combine(Bundle, "rootfs"), Type = "bind", Source = other, Options = ["rbind"] });
        spec.Mounts.Add(new() { Destination = Path.Combine(Bundle, "rootfs", "below"), Type = "bind", Source = other, Options = ["bind"] });
        Assert.Equal("other\nother\n", Run(spec).Output);
    }

    [Fact]
    public void APathThatIsMaskedTwiceIsMountedOnce()
    {
        OciSpec spec = Script("grep -c ' /masked ' /proc/mounts; grep -c ' /fixed ' /proc/mounts; touch /fixed/x 2>/dev/null || echo read-only");
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "masked"));
        Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", "fixed"));
        spec.Linux!.MaskedPaths = ["/masked", "/masked", "/masked/"];
        spec.Linux.ReadonlyPaths = ["fixed", "/fixed", "./fixed"];
        Assert.Equal("1\n1\nread-only\n", Run(spec).Output);
        Assert.Contains(Warnings, static warning => warning.Contains("/linux/readonlyPaths/0", StringComparison.Ordinal) && warning.Contains("relative", StringComparison.Ordinal));
    }

    /// <summary>As Docker and Podman have it: the bundle's rootfs is an overlay.</summary>
    [Fact]
    public void TheRootMayBeAnOverlay()
    {
        using var tree = new HostTree(Temporary("tree"));
        foreach (string directory in (string[])["upper", "work", "merged"])
            Directory.CreateDirectory(Path.Combine(Temporary("tree"), directory));
        string merged = Path.Combine(Temporary("tree"), "merged"), rootfs = Path.Combine(Bundle, "rootfs");
        Machine.Run("mount", "-t", "overlay", "-o", $"lowerdir={rootfs},upperdir={Temporary("tree")}/upper,workdir={Temporary("tree")}/work", "overlay", merged);
        try
        {
            OciSpec spec = Script("grep -c '^overlay / ' /proc/mounts; echo x > /made; cat /made");
            spec.Root!.Path = merged;
            Assert.Equal("1\nx\n", Run(spec).Output);
            spec = Script("touch /other 2>/dev/null || echo read-only; cat /made");
            spec.Root = new() { Path = merged, Readonly = true };
            Assert.Equal("read-only\nx\n", Run(spec).Output);
            Assert.False(File.Exists(Path.Combine(rootfs, "made")));
            Assert.True(File.Exists(Path.Combine(Temporary("tree"), "upper", "made")));
        }
        finally
        {
            Machine.Run("umount", merged);
        }
    }

    private IEnumerable<string> Layers(string lower, string upper, string work) =>
        [$"lowerdir={Temporary("tree")}/{lower}", $"upperdir={Temporary("tree")}/{upper}", $"workdir={Temporary("tree")}/{work}"];

    private OciMount Bind(string source, string destination, params string[] options) => new() { Destination = destination, Source = Temporary(source), Type = "bind", Options = [.. options] };

    private static bool IsRecursive(string option) => option[0] == 'r' && MountFlags.Options.Contains(option[1..]);

    private Dictionary<string, Mounted> Mounts(OciSpec spec)
    {
        (string output, int? exitCode) = Run(spec);
        Assert.True(exitCode == 0, output);
        var mounts = new Dictionary<string, Mounted>();
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // proc_pid_mountinfo(5): id parent device root MOUNTPOINT FLAGS [PROPAGATION...] - type SOURCE SUPERBLOCK
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            mounts[fields[4]] = new(MountFlags.Of(fields[5]).ToString(), string.Join(' ', fields[6..dash].Select(tag => tag.Split(':')[0]).Order().Reverse()), fields[dash + 2], fields[dash + 3].Split(','));
        }
        return mounts;
    }

    private sealed record Mounted(string Flags, string Propagation, string Source, string[] Superblock);
}
