using System.Management.Automation.Runspaces;

namespace OciRuntime.Shell;

/// <summary>What the session starts with: the engine's own commands, the module, and the module path.</summary>
internal static class SessionDefaults
{
    // out/lib/oci-pwsh/oci-pwsh.dll and out/OciRuntime; the same distance when installed.
    private static string ModulesDirectory => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    private static string ModuleDirectory => Path.Combine(ModulesDirectory, "OciRuntime");

    private static string StandIns => Path.Combine(AppContext.BaseDirectory, "Modules");

    public static InitialSessionState Create()
    {
        // CreateDefault wants the modules that only a full installation has.
        var state = InitialSessionState.CreateDefault2();
        if (File.Exists(Path.Combine(ModuleDirectory, "OciRuntime.psd1")))
            state.ImportPSModule([ModuleDirectory]);
        return state;
    }

    public static void Apply(Runspace runspace, string? workingDirectory)
    {
        // The stand-ins come last: a real command of that name, from any installed module, is found first.
        string path = Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty;
        IEnumerable<string> parts = path.Split(':', StringSplitOptions.RemoveEmptyEntries).Where(part => part != StandIns && part != ModulesDirectory);
        Environment.SetEnvironmentVariable("PSModulePath", string.Join(':', [ModulesDirectory, .. parts, StandIns]));
        runspace.SessionStateProxy.Path.SetLocation(Path.GetFullPath(workingDirectory ?? Environment.CurrentDirectory));
        if (!Directory.Exists(ModuleDirectory))
            Console.Error.WriteLine($"oci-pwsh: there is no module at {ModuleDirectory}: build it first");
    }
}
