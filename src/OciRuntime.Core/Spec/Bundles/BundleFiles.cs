using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>Files that bundles are made from.</summary>
internal static class BundleFiles
{
    public static FileStream OpenRead(string path)
    {
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
}
