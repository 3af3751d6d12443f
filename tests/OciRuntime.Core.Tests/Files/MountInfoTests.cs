using OciRuntime.Core.Files;
using Xunit;

namespace OciRuntime.Core.Tests.Files;

/// <summary>The one reader of /proc/PID/mountinfo.</summary>
public sealed class MountInfoTests
{
    private const string Example = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n";

    [Fact]
    public void EveryFieldOfTheManualsExample() =>
        Assert.Equal("36|/mnt1|/mnt2|rw,noatime|ext3|/dev/root|rw,errors=continue", Assert.Single(All(Example)));

    [Fact]
    public void OptionalFieldsMayBeMissing() =>
        Assert.Equal("22|/|/proc|rw,nosuid|proc|proc|rw", Assert.Single(All("22 1 0:21 / /proc rw,nosuid - proc proc rw\n")));

    [Fact]
    public void OctalEscapesAreTakenBack() => Assert.Equal(
        ["40|/a b|/c\td|rw|tmpfs|e\\f|rw", "41|/|/g\nh|rw|tmpfs|i#j|rw"],
        All("40 1 0:3 /a\\040b /c\\011d rw - tmpfs e\\134f rw\n41 1 0:3 / /g\\012h rw - tmpfs i\\043j rw\n"));

    [Theory]
    [InlineData("\\", "\\")]
    [InlineData("a\\04", "a\\04")]
    [InlineData("a\\08", "a\\08")]
    [InlineData("\\0400", " 0")]
    [InlineData("\\134040", "\\040")]
    public void AnEscapeIsThreeOctalDigits(string field, string plain) => Assert.Equal(plain, MountInfo.Unescape(field));

    [Fact]
    public void ALineCutShortIsLeftOut()
    {
        for (int length = 0; length <= Example.IndexOf("/dev/root", StringComparison.Ordinal) + "/dev/root".Length; length++)
            Assert.Single(All(Example + Example[..length]));
        Assert.Single(All("36 35 98:0 /mnt1 /mnt2 - ext3 /dev/root rw\n" + Example)); // without the mount's options
    }

    [Fact]
    public void AnEmptySourceIsAField() =>
        Assert.Equal("22|/|/x|rw|tmpfs||rw,size=1k", Assert.Single(All("22 1 0:21 / /x rw - tmpfs  rw,size=1k\n")));

    [Fact]
    public void ASourceMayLookLikeTheSeparator() =>
        Assert.Equal("22|/|/x|rw|tmpfs|-|rw", Assert.Single(All("22 1 0:21 / /x rw - tmpfs - rw\n")));

    // The kernel escapes none of these.
    [Theory]
    [InlineData('\r')]
    [InlineData('\f')]
    [InlineData('\u0085')]
    [InlineData('\u2028')]
    public void OnlyANewlineEndsALine(char other) =>
        Assert.Equal($"22|/|/x{other}y|rw|tmpfs|none|rw", Assert.Single(All($"22 1 0:21 / /x{other}y rw - tmpfs none rw\n")));

    [Fact]
    public void TheKernelsOwnTextIsReadWhole()
    {
        string text = File.ReadAllText("/proc/self/mountinfo");
        Assert.Equal(text.Count(static c => c == '\n'), All(text).Count);
    }

    private static List<string> All(string text)
    {
        var lines = new List<string>();
        foreach (MountInfo mount in MountInfo.In(text))
        {
            lines.Add(string.Join(
                '|', mount.Id.ToString(), MountInfo.Unescape(mount.Root), MountInfo.Unescape(mount.Point), mount.Options.ToString(), mount.Type.ToString(),
                MountInfo.Unescape(mount.Source), mount.SuperOptions.ToString()));
        }
        return lines;
    }
}
