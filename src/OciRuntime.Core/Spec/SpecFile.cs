using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec;

/// <summary>Reads configuration files.</summary>
internal static class SpecFile
{
    public static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // runc's words.
            throw new OciException(OciErrorCode.BundleNotFound, $"JSON specification file {path} not found", e)
            {
                Step = "config",
                Object = path,
                Hint = "a bundle is a directory with config.json and the root filesystem; `ocirun spec` or New-OciBundle makes one",
            };
        }
        catch (UnauthorizedAccessException e)
        {
            bool directory = Directory.Exists(path);
            throw new OciException(
                directory ? OciErrorCode.InvalidSpec : OciErrorCode.PermissionDenied,
                directory ? $"reading {path}: it is a directory" : $"reading {path}: permission denied",
                e)
            {
                Step = "config",
                Object = path,
            };
        }
        catch (IOException e)
        {
            throw new OciException(OciErrorCode.Unknown, $"reading {path}: {e.Message}", e) { Step = "config", Object = path };
        }
    }
}
