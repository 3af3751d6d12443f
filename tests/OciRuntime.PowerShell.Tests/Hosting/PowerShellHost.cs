using System.Management.Automation;
using System.Management.Automation.Runspaces;
using OciRuntime.Tests.Shared;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>A runspace of the real engine with the staged module imported.</summary>
internal sealed class PowerShellHost : IDisposable
{
    public PowerShellHost(bool import = true)
    {
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        var state = InitialSessionState.CreateDefault2();
        if (import)
            state.ImportPSModule([Machine.InStage("OciRuntime")]);
        Runspace = RunspaceFactory.CreateRunspace(Screen, state);
        Runspace.Open();
    }

    /// <summary>What was shown, and what is answered to questions.</summary>
    public CaptureHost Screen { get; } = new();

    public Runspace Runspace { get; }

    /// <summary>A pipeline in this runspace, for tests that stop it or read its streams.</summary>
    public System.Management.Automation.PowerShell Pipeline(string script) =>
        System.Management.Automation.PowerShell.Create(Runspace).AddScript(script);

    /// <summary>Runs a script; a terminating error counts as one of its errors.</summary>
    public ScriptResult Run(string script, params (string Name, object? Value)[] variables)
    {
        foreach ((string name, object? value) in variables)
            Runspace.SessionStateProxy.SetVariable(name, value);
        Screen.Clear();
        using System.Management.Automation.PowerShell pipeline = Pipeline(script);
        var output = new PSDataCollection<PSObject>();
        var errors = new List<ErrorRecord>();
        try
        {
            pipeline.Invoke(null, output);
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }
        // HadErrors stays true for what a script caught itself; the stream does not have it.
        errors.InsertRange(0, pipeline.Streams.Error);
        return new ScriptResult([.. output], errors, [.. pipeline.Streams.Warning.Select(record => record.Message)], Screen.Text);
    }

    /// <summary>Runs a script that must not fail.</summary>
    public IReadOnlyList<PSObject> Get(string script, params (string Name, object? Value)[] variables)
    {
        ScriptResult result = Run(script, variables);
        return result.Errors.Count == 0
            ? result.Output
            : throw new InvalidOperationException(string.Join('\n', result.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}\n{error.ScriptStackTrace}")));
    }

    public void Dispose() => Runspace.Dispose();
}

/// <summary>What a script did.</summary>
internal sealed record ScriptResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings, string Text);
