using System.Management.Automation;
using System.Reflection;

namespace OciRuntime.Shell;

/// <summary>What -Version prints and what $Host.Version is.</summary>
internal static class ShellVersion
{
    public static Version Number => typeof(ShellVersion).Assembly.GetName().Version!;

    public static string Text => $"oci-pwsh {Number.ToString(3)} (PowerShell engine {Engine})";

    private static string Engine =>
        typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];
}
