using System.Reflection;
using System.Runtime.Loader;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// The zstd decoder. It is loaded for the first zstd archive, in its own load context: another module of the session may load
/// another version of the same library.
/// </summary>
internal static class ZstdDecoder
{
    private const string LibraryName = "ZstdSharp.dll";
    private static readonly Lazy<ConstructorInfo> s_stream = new(Load);

    /// <summary>Decompresses a stream; the result owns it.</summary>
    public static Stream Open(Stream compressed) =>
        (Stream)s_stream.Value.Invoke([compressed, 0 /* buffer size: the library's default */, true /* a cut end is an error */, false /* close the inner one */]);

    private static ConstructorInfo Load()
    {
        string folder = Path.GetDirectoryName(typeof(ZstdDecoder).Assembly.Location)!;
        var context = new AssemblyLoadContext("OciRuntime.Zstd");
        Type stream = context.LoadFromAssemblyPath(Path.Join(folder, "lib", LibraryName)).GetType("ZstdSharp.DecompressionStream", throwOnError: true)!;
        return stream.GetConstructor([typeof(Stream), typeof(int), typeof(bool), typeof(bool)]) ?? throw new MissingMethodException(stream.FullName, ".ctor");
    }
}
