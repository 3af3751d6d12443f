using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Bundles;

/// <summary>Files that bundles are made from.</summary>
internal static class BundleFiles
{
    /// <summary>Opens a regular file for reading. Nothing else is even opened: a pipe would block, and opening a device may have side effects.</summary>
    public static FileStream OpenRead(string path)
    {
        if (IsOther(path))
            throw new OciException(OciErrorCode.InvalidArgument, $"open {path}: not a file") { Step = "bundle", Object = path };
        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 1 << 16, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OciException(OciErrorCode.FileNotFound, $"open {path}: there is no such file", e) { Step = "bundle", Object = path };
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OciException(
                Directory.Exists(path) ? OciErrorCode.InvalidArgument : OciErrorCode.PermissionDenied,
                Directory.Exists(path) ? $"open {path}: it is a directory" : $"open {path}: permission denied",
                e)
            { Step = "bundle", Object = path };
        }
    }

    private static unsafe bool IsOther(string path)
    {
        Libc.statx_t stat;
        return Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_TYPE, &stat) == 0 && (stat.stx_mode & Libc.S_IFMT) is not (Libc.S_IFREG or Libc.S_IFDIR);
    }
}
