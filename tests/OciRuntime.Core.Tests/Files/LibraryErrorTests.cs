using OciRuntime.Core.Bundles;
using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Hardening;
using OciRuntime.Core.Interop;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Files;

/// <summary>Exceptions of the class library don't leave the core: they become its own, with the path and the errno.</summary>
public sealed class LibraryErrorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string TooLong => _directory[new string('a', 300)];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void ADirectoryOfImagesWithTooLongAName()
    {
        string path = TooLong;
        OciException error = Assert.Throws<OciException>(() => CriuSettings.OpenDirectory(path, "image", make: true));
        Assert.Equal((path, Errno.ENAMETOOLONG), (error.Object, error.Errno));
        Assert.Equal($"make the image directory {path}: file name too long", error.Message);
    }

    [Fact]
    public void ABundleWithTooLongAName()
    {
        string path = TooLong;
        OciException error = Assert.Throws<OciException>(() => BundleBuilder.FromBusybox(path));
        Assert.Equal(("bundle", path, Errno.ENAMETOOLONG), (error.Step, error.Object, error.Errno));
    }

    [Fact]
    public void ACancelledTestOfAttacks()
    {
        OciException error = Assert.Throws<OciException>(() => HardeningTest.Run(cancellationToken: new CancellationToken(canceled: true)).ToList());
        Assert.Equal(OciErrorCode.Cancelled, error.Code);
    }

    [Fact]
    public void TheErrnoOfEachKind()
    {
        Assert.Equal(Errno.ENOENT, KernelError.ErrnoOf(Assert.ThrowsAny<IOException>(() => File.ReadAllText(_directory["none"]))));
        Assert.Equal(Errno.ENOENT, KernelError.ErrnoOf(Assert.ThrowsAny<IOException>(() => Directory.GetFiles(_directory["none"]))));
        Assert.Equal(Errno.ENAMETOOLONG, KernelError.ErrnoOf(Assert.ThrowsAny<IOException>(() => File.ReadAllText(TooLong))));
        Assert.Equal(Errno.EACCES, KernelError.ErrnoOf(Assert.ThrowsAny<UnauthorizedAccessException>(() => File.ReadAllText(_directory["."]))));
        Assert.Equal(0, KernelError.ErrnoOf(new IOException("said by nobody")));
    }
}
