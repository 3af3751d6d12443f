using System.Reflection;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>Where things are: the repository that the tests were built from, and what its build staged.</summary>
internal static class Repository
{
    // Path maps don't touch metadata, so this is a real path.
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "RepositoryRoot").Value!.TrimEnd('/');

    public static string Module => Path.Combine(Root, "out", "OciRuntime");
}
