using System.Runtime.InteropServices;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>A test that makes containers. Skips, with the reason, where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ContainerFactAttribute : FactAttribute
{
    public ContainerFactAttribute() => Skip = Requirements.Missing;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ContainerTheoryAttribute : TheoryAttribute
{
    public ContainerTheoryAttribute() => Skip = Requirements.Missing;
}

/// <summary>What containers need.</summary>
internal static partial class Requirements
{
    /// <summary>Null when all is there.</summary>
    public static string? Missing { get; } =
        geteuid() != 0 ? "containers need root here" : !File.Exists("/bin/busybox") ? "/bin/busybox is not installed (busybox-static)" : null;

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
