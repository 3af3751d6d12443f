using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OciRuntime.PowerShell.Common;

/// <summary>The alias runc of a session.</summary>
internal static class RuncAlias
{
    private const string Name = "runc";
    private const string Program = "ocirun";

    /// <summary>What the session's alias runc stands for; null when there is none.</summary>
    public static string? Current(PSCmdlet cmdlet) => Alias(cmdlet)?.Definition;

    /// <summary>True when the alias stands for an ocirun.</summary>
    public static bool IsOurs(string definition) => Path.GetFileName(definition) == Program;

    /// <summary>The ocirun on the PATH, or otherwise where build and installation put it next to the module; it may not exist.</summary>
    public static string Find(PSCmdlet cmdlet)
    {
        if (cmdlet.InvokeCommand.GetCommand(Program, CommandTypes.Application) is ApplicationInfo found)
            return found.Path;
        // out/OciRuntime next to out/bin, or share/powershell/Modules/OciRuntime next to bin.
        string module = Path.GetDirectoryName(typeof(RuncAlias).Assembly.Location)!;
        string built = Path.GetFullPath(Path.Join(module, "../bin", Program));
        return File.Exists(built) ? built : Path.GetFullPath(Path.Join(module, "../../../../bin", Program));
    }

    /// <summary>Defines the alias in the session's global scope, with the program's own completion.</summary>
    public static AliasInfo Define(PSCmdlet cmdlet, string program)
    {
        Run(cmdlet, "param($name, $program) Set-Alias -Name $name -Value $program -Scope Global -Force", program);
        Run(cmdlet, "param($name, $program) (& $program completion pwsh 2>$null) -replace '(?<=-CommandName )\\S+', $name | Out-String | Invoke-Expression", program);
        return Alias(cmdlet)!;
    }

    /// <summary>Removes it; the completer can't be unregistered, but without the alias it applies to the runc on the PATH.</summary>
    public static void Remove(PSCmdlet cmdlet) => Run(cmdlet, "param($name) Remove-Alias -Name $name -Scope Global -Force");

    private static void Run(PSCmdlet cmdlet, string script, params object[] more) =>
        cmdlet.InvokeCommand.InvokeScript(script, useNewScope: true, PipelineResultTypes.None, null, [Name, .. more]);

    private static AliasInfo? Alias(PSCmdlet cmdlet) => cmdlet.InvokeCommand.GetCommand(Name, CommandTypes.Alias) as AliasInfo;
}
