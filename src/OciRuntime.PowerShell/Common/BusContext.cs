using System.Reflection;
using System.Runtime.Loader;
using OciRuntime.Core.Errors;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// The load context of OciRuntime.Bus, which the core loads on its first call to systemd, and of the library that it uses: another module of
/// the session may load another version of the same library. The core's own context resolves only OciRuntime.Bus, by its name.
/// </summary>
internal sealed class BusContext : AssemblyLoadContext
{
    private const string BusName = "OciRuntime.Bus";
    private static readonly string s_folder = Path.Join(Path.GetDirectoryName(typeof(BusContext).Assembly.Location)!, "lib");
    private static readonly Lazy<Assembly?> s_assembly = new(static () => new BusContext().Load(new AssemblyName(BusName)));

    private BusContext()
        : base(BusName)
    {
    }

    /// <summary>Must run before the core loads it.</summary>
    internal static void Register() =>
        GetLoadContext(typeof(OciException).Assembly)!.Resolving += static (_, name) => name.Name == BusName ? s_assembly.Value : null;

    /// <summary>Assemblies that are not in the module's lib folder come from the session: the core, and .NET.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string file = Path.Join(s_folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
