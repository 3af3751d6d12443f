namespace OciRuntime.PowerShell.Common;

/// <summary>Writes a file completely or not at all, so that a full disk neither leaves a part of it nor destroys the old one.</summary>
internal static class WholeFile
{
    public static void Write(string file, byte[] bytes)
    {
        var old = new FileInfo(file);
        // Devices, pipes and symbolic links are written to, not replaced; the first two have no length.
        bool inPlace = old.Exists && (old.Length == 0 || old.LinkTarget is not null);
        if (inPlace)
        {
            File.WriteAllBytes(file, bytes);
            return;
        }
        string temporary = Path.Join(old.DirectoryName, $".{old.Name}.new");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            if (old.Exists)
                File.SetUnixFileMode(temporary, old.UnixFileMode);
            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
