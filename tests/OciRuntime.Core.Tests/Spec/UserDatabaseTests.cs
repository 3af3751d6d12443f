using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

public class UserDatabaseTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\n# comment:x:9:9:::\nbroken\nwww:x:33:34:www:/var/www:/bin/false\n77:x:88:88::/x:\nbad:x:-1:5::/:\nhuge:x:4294967296:0::/:\n";
    private const string Group = "root:x:0:\nwww:x:34:\nlog:x:40:a,www,b\nlog2:x:41:wwwx\nwww2:x:34:www\n";

    private static readonly UserDatabase s_users = UserDatabase.Parse(Passwd, Group);

    [Theory]
    [InlineData("", 0, 0, "")]
    [InlineData("root", 0, 0, "")]
    [InlineData("www", 33, 34, "40")]
    [InlineData("33", 33, 34, "40")]
    [InlineData("www:log", 33, 40, "")]
    [InlineData("www:5", 33, 5, "")]
    [InlineData("77", 77, 0, "")]
    [InlineData("12345", 12345, 0, "")]
    [InlineData("12345:678", 12345, 678, "")]
    [InlineData("4294967294:4294967294", 4294967294, 4294967294, "")]
    [InlineData(":log", 0, 40, "")]
    [InlineData("www:", 33, 34, "40")]
    public void UsersAreResolved(string user, uint uid, uint gid, string groups)
    {
        OciUser result = s_users.Resolve(user);
        Assert.Equal((uid, gid), (result.Uid, result.Gid));
        Assert.Equal(groups, string.Join(',', result.AdditionalGids ?? []));
    }

    /// <summary>The first entry counts, a group once, whichever member is named first.</summary>
    [Fact]
    public void OfSeveralEntriesTheFirstCounts()
    {
        UserDatabase users = UserDatabase.Parse("a:x:5:1::/first:\nb:x:5:2::/second:\nc:x:6:1:::/bin/sh\n", "one:x:7:a,b\ntwo:x:7:a\nthree:x:8:b,a\n");
        OciUser user = users.Resolve("5");
        Assert.Equal((5u, 1u, "7,8"), (user.Uid, user.Gid, string.Join(',', user.AdditionalGids!)));
        Assert.Equal("/first", users.HomeOf(5));
        Assert.Null(users.HomeOf(6));
        Assert.Null(users.HomeOf(7));
    }

    [Fact]
    public void ARootThatIsNotThereIsNamed()
    {
        OciException error = Assert.Throws<OciException>(static () => UserDatabase.Open("/no/such/root"));
        Assert.Equal((OciErrorCode.RootfsNotFound, "user", "/no/such/root", Errno.ENOENT, "open"), (error.Code, error.Step, error.Object, error.Errno, error.Syscall));
        Assert.Equal((OciErrorCode.RootfsNotFound, Errno.ENOTDIR), Assert.Throws<OciException>(static () => UserDatabase.Open("/proc/version")) is var file ? (file.Code, file.Errno) : default);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("www:nobody")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999")]
    [InlineData("0:4294967296")]
    [InlineData("-1")]
    [InlineData("+0")]
    [InlineData(" 0")]
    [InlineData("0x0")]
    [InlineData("bad")]
    [InlineData("huge")]
    [InlineData("www:log:x")]
    public void OthersAreRefused(string user) =>
        Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => s_users.Resolve(user)).Code);

    [Fact]
    public void HomeIsTheFirstEntrys()
    {
        Assert.Equal("/var/www", s_users.HomeOf(33));
        Assert.Null(s_users.HomeOf(5));
    }

    [Fact]
    public void FilesAreReadInsideTheRoot()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["root/etc"]);
        Directory.CreateDirectory(directory["root/real"]);
        File.WriteAllText(directory["outside"], "evil:x:0:0::/evil:\n");
        File.WriteAllText(directory["root/real/passwd"], Passwd);
        Assert.Null(UserDatabase.Open(directory["root"]).HomeOf(0));

        File.CreateSymbolicLink(directory["root/etc/passwd"], "/real/passwd");
        Assert.Equal("/root", UserDatabase.Open(directory["root"]).HomeOf(0));

        File.Delete(directory["root/etc/passwd"]);
        File.CreateSymbolicLink(directory["root/etc/passwd"], directory["outside"]);
        Assert.Null(UserDatabase.Open(directory["root"]).HomeOf(0));

        File.Delete(directory["root/etc/passwd"]);
        File.CreateSymbolicLink(directory["root/etc/passwd"], "../../outside");
        Assert.Null(UserDatabase.Open(directory["root"]).HomeOf(0));

        File.Delete(directory["root/etc/passwd"]);
        Machine.Run("mkfifo", directory["root/etc/passwd"]);
        Assert.Null(UserDatabase.Open(directory["root"]).HomeOf(0));
    }

    [Fact]
    public void CommentsAndLinesWithTooFewFieldsAreNoEntries()
    {
        const string Text = "#root:x:0:0::/comment:/bin/sh\n:x:0:0::/nameless:/bin/sh\nroot:x:0\n\nroot:x:0:0::/root:/bin/sh\r\nlast:x:1:1::/last";
        Assert.Equal("/root", UserDatabase.Parse(Text, string.Empty).HomeOf(0));
        Assert.Equal("/root", HomeDirectory.Parse(Text, 0));
        Assert.Equal("/last", HomeDirectory.Parse(Text, 1));
        Assert.Null(HomeDirectory.Parse(Text, 2));
    }

    [Fact]
    public void AFileThatIsTooLargeIsAnErrorRatherThanHalfOfIt()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["root/etc"]);
        File.WriteAllText(directory["root/etc/passwd"], Passwd + new string('#', 5 << 20));
        Assert.Equal(Errno.EFBIG, Assert.Throws<OciException>(() => UserDatabase.Open(directory["root"])).Errno);
    }

    [Fact]
    public void MissingRootIsSaid() =>
        Assert.Equal(OciErrorCode.RootfsNotFound, Assert.Throws<OciException>(() => UserDatabase.Open("/nonexistent-root")).Code);
}
