namespace OciRuntime.Tests.Shared;

/// <summary>The static C programs of a suite (its directory Payload), which are resources of its assembly.</summary>
internal static class PayloadProgram
{
    /// <summary>Writes one where it can be executed.</summary>
    public static void Write(string name, string path)
    {
        using (Stream program = typeof(PayloadProgram).Assembly.GetManifestResourceStream(name)!)
        using (FileStream copy = File.Create(path))
            program.CopyTo(copy);
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED /* 0755 */);
    }
}
