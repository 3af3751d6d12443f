using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Configuration files that are not there, with all that the error says.</summary>
public sealed class SpecFileTests
{
    [Theory]
    [InlineData("config.json", OciErrorCode.BundleNotFound, true)]
    [InlineData("process.json", OciErrorCode.FileNotFound, false)]
    [InlineData("none/config.json", OciErrorCode.BundleNotFound, true)]
    public void AMissingFileIsSaid(string name, OciErrorCode code, bool hint)
    {
        using var directory = new TemporaryDirectory();
        string path = directory[name];
        OciException error = Assert.Throws<OciException>(() => SpecFile.ReadAll(path));
        Assert.Equal($"read {path}: no such file", error.Message);
        Assert.Equal((code, "config", path, Errno.ENOENT, "open"), (error.Code, error.Step, error.Object, error.Errno, error.Syscall));
        Assert.Equal(hint ? "a bundle is a directory with config.json and the root filesystem" : null, error.Hint);
        Assert.Null(SpecFile.TryRead(path, "read"));
    }

    [Theory]
    [InlineData("none", Errno.ENOENT)]
    [InlineData("file", Errno.ENOTDIR)]
    public void AMissingRootIsSaid(string name, int errno)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["file"], string.Empty);
        string path = directory[name];
        OciException error = Assert.Throws<OciException>(() => UserDatabase.Open(path));
        Assert.Equal($"open root filesystem {path}: no such directory", error.Message);
        Assert.Equal((OciErrorCode.RootfsNotFound, "user", path, errno, "open"), (error.Code, error.Step, error.Object, error.Errno, error.Syscall));
    }
}
