using System.Management.Automation;

namespace OciRuntime.PowerShell.Common;

/// <summary>The word runc of a session.</summary>
internal static class RuncAlias
{
    private const string Name = "runc";
    private const string Program = "ocirun";

    /// <summary>What the session's alias runc stands for; null when there is none.</summary>
    public static string? Current(PSCmdlet cmdlet) => Alias(cmdlet)?.Definition;

    /// <summary>True when the alias stands for an ocirun.</summary>
    public static bool IsOurs(string definition) => Path.GetFileName(definition) == Program;

    /// <summary>The ocirun of the PATH, or else where build and installation put it beside the module; it need not exist.</summary>
    public static string Find(PSCmdlet cmdlet)
    {
        if (cmdlet.InvokeCommand.GetCommand(Program, CommandTypes.Application) is ApplicationInfo found)
            return found.Path;
        // out/OciRuntime beside out/bin, or share/powershell/Modules/OciRuntime beside bin.
        string module = Path.GetDirectoryName(typeof(RuncAlias).Assembly.Location)!;
        string built = Path.GetFullPath(Path.Join(module, "../bin", Program));
        return File.Exists(built) ? built : Path.GetFullPath(Path.Join(module, "../../../../bin", Program));
    }

    /// <summary>Defines the alias in the session's global scope.</summary>
    public static AliasInfo Define(PSCmdlet cmdlet, string program)
    {
        cmdlet.InvokeCommand.InvokeScript(
            "param($name, $program) Set-Alias -Name $name -Value $program -Scope Global -Force", useNewScope: true, System.Management.Automation.Runspaces.PipelineResultTypes.None, null, Name, program);
        return Alias(cmdlet)!;
    }

    /// <summary>Removes it.</summary>
    public static void Remove(PSCmdlet cmdlet) => cmdlet.InvokeCommand.InvokeScript(
        "param($name) Remove-Alias -Name $name -Scope Global -Force", useNewScope: true, System.Management.Automation.Runspaces.PipelineResultTypes.None, null, Name);

    private static AliasInfo? Alias(PSCmdlet cmdlet) => cmdlet.InvokeCommand.GetCommand(Name, CommandTypes.Alias) as AliasInfo;
}
