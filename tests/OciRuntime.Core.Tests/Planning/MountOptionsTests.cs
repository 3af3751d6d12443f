using CsCheck;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class MountOptionsTests
{
    private const MountAttributes Atime = MountAttributes.MOUNT_ATTR__ATIME;

    [Theory]
    [InlineData("ro", 0x1, 0)]
    [InlineData("rw", 0, 0x1)]
    [InlineData("nosuid", 0x2, 0)]
    [InlineData("suid", 0, 0x2)]
    [InlineData("nodev", 0x4, 0)]
    [InlineData("dev", 0, 0x4)]
    [InlineData("noexec", 0x8, 0)]
    [InlineData("exec", 0, 0x8)]
    [InlineData("nodiratime", 0x80, 0)]
    [InlineData("diratime", 0, 0x80)]
    [InlineData("nosymfollow", 0x200000, 0)]
    [InlineData("symfollow", 0, 0x200000)]
    [InlineData("noatime", 0x10, 0x70)]
    [InlineData("relatime", 0, 0x70)]
    [InlineData("strictatime", 0x20, 0x70)]
    [InlineData("norelatime", 0, 0)]
    [InlineData("nostrictatime", 0, 0)]
    public void AnAttributeAndItsRecursiveForm(string option, ulong set, ulong clear)
    {
        var plain = MountOptions.Parse([option]);
        Assert.Equal(((MountAttributes)set, (MountAttributes)clear), (plain.Set, plain.Clear));
        Assert.Equal((0ul, 0ul), ((ulong)plain.RecursiveSet, (ulong)plain.RecursiveClear));
        var recursive = MountOptions.Parse(["r" + option]);
        Assert.Equal(((MountAttributes)set, (MountAttributes)clear), (recursive.RecursiveSet, recursive.RecursiveClear));
        Assert.Equal((0ul, 0ul), ((ulong)recursive.Set, (ulong)recursive.Clear));
        Assert.Empty(plain.Data);
        Assert.Empty(recursive.Data);
    }

    [Fact]
    public void AtimeLeavesTheSourcesSettingAndRatimeTheKernelsDefault()
    {
        foreach (string[] list in (string[][])[["atime"], ["noatime", "atime"], ["strictatime", "nostrictatime"]])
        {
            var options = MountOptions.Parse(list);
            Assert.Equal((MountAttributes.None, MountAttributes.None, true), (options.Set, options.Clear, options.Named));
            options = MountOptions.Parse([.. list.Select(option => "r" + option)]);
            Assert.Equal((MountAttributes.None, Atime, false), (options.RecursiveSet, options.RecursiveClear, options.Named));
        }
    }

    [Theory]
    [InlineData("private", 0x40000)]
    [InlineData("rprivate", 0x44000)]
    [InlineData("shared", 0x100000)]
    [InlineData("rshared", 0x104000)]
    [InlineData("slave", 0x80000)]
    [InlineData("rslave", 0x84000)]
    [InlineData("unbindable", 0x20000)]
    [InlineData("runbindable", 0x24000)]
    public void Propagations(string option, ulong value)
    {
        var options = MountOptions.Parse([option]);
        Assert.Equal((Propagation)value, options.Propagation);
        Assert.Empty(options.Data);
    }

    [Theory]
    [InlineData("defaults")]
    [InlineData("silent")]
    [InlineData("loud")]
    [InlineData("iversion")]
    [InlineData("noiversion")]
    [InlineData("async")]
    [InlineData("nomand")]
    [InlineData("nolazytime")]
    [InlineData("")]
    public void OptionsWithNothingToDo(string option)
    {
        var options = MountOptions.Parse([option]);
        Assert.Equal(0ul, (ulong)(options.Set | options.Clear | options.RecursiveSet | options.RecursiveClear));
        Assert.Empty(options.Data);
    }

    [Theory]
    [InlineData("sync", "async")]
    [InlineData("mand", "nomand")]
    [InlineData("lazytime", "nolazytime")]
    public void SuperblockFlagsAreParametersThatCanBeTakenBack(string on, string off)
    {
        Assert.Equal([on], MountOptions.Parse([on, on]).Data);
        Assert.Empty(MountOptions.Parse([on, off]).Data);
        Assert.Equal([on], MountOptions.Parse([off, on]).Data);
    }

    [Fact]
    public void FlagsOfTheMountItself()
    {
        var options = MountOptions.Parse(["rbind", "remount", "tmpcopyup", "ridmap", "src-nofollow", "dest-nofollow", "dirsync"]);
        Assert.True(options.Bind && options.RecursiveBind && options.Remount && options.CopyUp && options.IdMap && options.SourceNoFollow && options.TargetNoFollow);
        Assert.Equal(["dirsync"], options.Data);
        Assert.True(MountOptions.Parse(["rbind", "ro", "bind"]).RecursiveBind);
        Assert.False(MountOptions.Parse(["bind"]).RecursiveBind);
        Assert.False(MountOptions.Parse(null).Bind);
    }

    [Fact]
    public void EverythingElseIsData() => Gen.String[Gen.Char['A', 'Z'], 1, 9].Array.Sample(words =>
        Assert.Equal(words, MountOptions.Parse([.. words]).Data));

    [Fact]
    public void OfContradictingOptionsTheLaterOneCounts()
    {
        string[][] groups =
        [
            ["ro", "rw"], ["nosuid", "suid"], ["nodev", "dev"], ["noexec", "exec"], ["nodiratime", "diratime"], ["nosymfollow", "symfollow"],
            ["noatime", "relatime", "strictatime"], ["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"],
            ["rro", "rrw"], ["rnoexec", "rexec"], ["rnoatime", "rrelatime", "rstrictatime"],
        ];
        string[] words = [.. groups.SelectMany(group => group)];
        Gen.Int[0, words.Length - 1].Select(i => words[i]).List[0, 20].Sample(list =>
        {
            var all = MountOptions.Parse(list);
            var last = MountOptions.Parse(list.Where((option, i) => !list.Skip(i + 1).Any(later => groups.Any(g => g.Contains(option) && g.Contains(later)))).ToList());
            Assert.Equal(
                (all.Set, all.Clear, all.RecursiveSet, all.RecursiveClear, all.Propagation, all.RecursiveBind),
                (last.Set, last.Clear, last.RecursiveSet, last.RecursiveClear, last.Propagation, last.RecursiveBind));
        });
    }

    [Fact]
    public void SetAndClearNeverContradict()
    {
        string[] words = ["ro", "rw", "nosuid", "suid", "noatime", "atime", "strictatime", "nostrictatime", "norelatime", "rro", "rrw", "rnoatime", "ratime"];
        Gen.Int[0, words.Length - 1].Select(i => words[i]).List[0, 12].Sample(list =>
        {
            var options = MountOptions.Parse(list);
            Assert.Equal(0ul, (ulong)(options.Set & options.Clear & ~Atime));
            Assert.Equal(0ul, (ulong)(options.RecursiveSet & options.RecursiveClear & ~Atime));
            // mount_setattr(2): an access time setting needs the mask cleared, and is one of three.
            Assert.True((options.Set & Atime) == 0 || (options.Clear & Atime) == Atime);
            Assert.True((options.Set & Atime) is 0 or MountAttributes.MOUNT_ATTR_NOATIME or MountAttributes.MOUNT_ATTR_STRICTATIME);
        });
    }

    [Theory]
    [InlineData("noatime", "atime", 0)]
    [InlineData("strictatime", "nostrictatime", 0)]
    [InlineData("strictatime", "atime", 0x20)]
    [InlineData("noatime", "nostrictatime", 0x10)]
    [InlineData("noatime", "norelatime", 0x10)]
    public void ANegationTakesBackOnlyItsOwn(string first, string second, ulong set) =>
        Assert.Equal((MountAttributes)set, MountOptions.Parse([first, second]).Set & Atime);

    /// <summary>mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS", and the words of the runtime-spec (config-linux, "Linux mount options").</summary>
    [Fact]
    public void EveryOptionThatMeansSomethingIsListed()
    {
        string[] attributes =
        [
            "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "diratime", "nodiratime", "symfollow", "nosymfollow", "atime", "noatime", "relatime", "norelatime", "strictatime",
            "nostrictatime",
        ];
        string[] others =
        [
            "bind", "rbind", "remount", "tmpcopyup", "idmap", "ridmap", "src-nofollow", "dest-nofollow", "sync", "async", "dirsync", "mand", "nomand", "lazytime", "nolazytime", "silent", "loud",
            "iversion", "noiversion", "defaults", "private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable",
        ];
        Assert.Equal(attributes.Concat(attributes.Select(static name => "r" + name)).Concat(others).Order(StringComparer.Ordinal), MountOptions.Known);
    }

    [Fact]
    public void AnRAloneIsTheFilesystems() => Assert.Equal(["r"], MountOptions.Parse(["r"]).Data);

    [Fact]
    public void DataIsFoundByItsName()
    {
        var options = MountOptions.Parse(["mode=755", "modex=1", "huge"]);
        Assert.True(options.HasData("mode"));
        Assert.False(options.HasData("mod"));
        Assert.False(options.HasData("huge"));
    }
}
