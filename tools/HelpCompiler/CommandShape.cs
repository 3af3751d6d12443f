using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OciRuntime.HelpCompiler;

/// <summary>A cmdlet as the engine sees it, read from the staged module.</summary>
internal sealed class CommandShape
{
    private CommandShape(CmdletInfo info, Uri project)
    {
        Online = $"{project}/blob/main/docs/help/{info.Name}.md";
        Name = info.Name;
        Verb = info.Verb;
        Noun = info.Noun;
        Sets = info.ParameterSets;
        Parameters = [.. info.Parameters.Values
            .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
            .Select(parameter => new ParameterShape(parameter, [.. info.ParameterSets]))
            .OrderBy(parameter => parameter.IsShouldProcess)
            .ThenBy(parameter => parameter.Name, StringComparer.Ordinal)];
        OutputTypes = [.. info.OutputType.Select(type => type.Name)];
    }

    /// <summary>The page on the web, which Get-Help -Online opens.</summary>
    public string Online { get; }

    public string Name { get; }

    public string Verb { get; }

    public string Noun { get; }

    public IReadOnlyList<CommandParameterSetInfo> Sets { get; }

    /// <summary>Without the common ones; -WhatIf and -Confirm at the end.</summary>
    public IReadOnlyList<ParameterShape> Parameters { get; }

    public IReadOnlyList<string> OutputTypes { get; }

    public static IReadOnlyList<CommandShape> ReadModule(string directory)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Path.GetFullPath(directory)).AddParameter("ErrorAction", "Stop").AddParameter("PassThru");
        var module = (PSModuleInfo)shell.Invoke()[0].BaseObject;
        return [.. module.ExportedCmdlets.Values.Select(info => new CommandShape(info, module.ProjectUri)).OrderBy(command => command.Name, StringComparer.Ordinal)];
    }
}
