using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using OciRuntime.Shell.Hosting;

namespace OciRuntime.Shell;

/// <summary>One runspace and what is run in it: a command, a script, or a prompt.</summary>
internal sealed partial class ShellSession : IDisposable
{
    private readonly ShellOptions _options;
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _signals;
    private Pipeline? _current;
    private int _signal;

    public ShellSession(ShellOptions options)
    {
        _options = options;
        _host = new ShellHost(options.NonInteractive);
        _runspace = RunspaceFactory.CreateRunspace(_host, SessionDefaults.Create());
        _runspace.Open();
        SessionDefaults.Apply(_runspace, options.WorkingDirectory);
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    /// <summary>Runs what the command line asks for.</summary>
    /// <returns>The process's exit code.</returns>
    public int Run()
    {
        int code = _options switch
        {
            { Command: "-" } or { File: "-" } => RunInput(),
            { Command: { } command } => RunText(command),
            { File: { } file } => RunFile(file),
            _ when Console.IsInputRedirected => RunInput(),
            _ => RunPrompt(),
        };
        if (_options.NoExit && !_host.ShouldExit && _options is not { Command: null, File: null })
            code = RunPrompt();
        return code;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _runspace.Dispose();
    }

    private int RunText(string text) => Execute(text) switch
    {
        _ when _host.ShouldExit => _host.ExitCode,
        _ when _signal != 0 => ShellExitCode.Signalled + _signal,
        true when LastSucceeded() => ShellExitCode.Success,
        _ => ShellExitCode.Failure,
    };

    private int RunFile(string file)
    {
        string path = Path.GetFullPath(file, _runspace.SessionStateProxy.Path.CurrentFileSystemLocation.Path);
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"oci-pwsh: the script '{file}' does not exist");
            return ShellExitCode.BadArguments;
        }
        ScriptBlockAst ast = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            // Loading it as a command reports the errors in PowerShell's own words.
            Execute($"& '{path.Replace("'", "''", StringComparison.Ordinal)}'");
            return ShellExitCode.Failure;
        }
        _runspace.SessionStateProxy.SetVariable("__script", ast.GetScriptBlock());
        _runspace.SessionStateProxy.SetVariable("__arguments", _options.FileArguments.ToArray());
        // A script block made from the file: $PSScriptRoot works, and its `exit` reaches the host.
        bool completed = Execute($"& $__script{ArgumentList()}");
        if (_host.ShouldExit)
            return _host.ExitCode;
        return _signal != 0 ? ShellExitCode.Signalled + _signal : completed ? ShellExitCode.Success : ShellExitCode.Failure;
    }

    // `-Name` and `-Name:value` become parameters, everything else stays a string that is not parsed again.
    private string ArgumentList()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _options.FileArguments.Count; i++)
        {
            Match parameter = ParameterPattern().Match(_options.FileArguments[i]);
            text.Append(' ').Append(!parameter.Success ? $"$__arguments[{i}]"
                : parameter.Groups[2].Success ? $"{parameter.Groups[1].Value}:{ValueText(parameter.Groups[2].Value)}"
                : parameter.Groups[1].Value);
        }
        return text.ToString();

        static string ValueText(string value) => value.ToUpperInvariant() switch
        {
            "$TRUE" => "$true",
            "$FALSE" => "$false",
            _ => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'",
        };
    }

    private int RunInput()
    {
        string text = Console.In.ReadToEnd();
        return RunText(text);
    }

    private int RunPrompt()
    {
        var prompt = new PromptLoop(_host, ReadPrompt, line => Execute(line), () => _signal = 0);
        prompt.Run();
        return _host.ShouldExit ? _host.ExitCode : ShellExitCode.Success;
    }

    private string ReadPrompt() => $"PS {_runspace.SessionStateProxy.Path.CurrentLocation.Path}> ";

    /// <returns>False when it ended with a terminating error or was stopped.</returns>
    private bool Execute(string text)
    {
        // Only what goes into the history sets $? for what comes after.
        using Pipeline pipeline = _runspace.CreatePipeline(text, addToHistory: true);
        pipeline.Commands.Add(new Command("Out-Default") { MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output });
        lock (_lock)
            _current = pipeline;
        try
        {
            pipeline.Invoke();
            return true;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException e)
        {
            Report(e.ErrorRecord ?? new ErrorRecord(e, "ScriptError", ErrorCategory.NotSpecified, null));
            return false;
        }
        finally
        {
            lock (_lock)
                _current = null;
        }
    }

    private void Report(ErrorRecord error)
    {
        using Pipeline pipeline = _runspace.CreatePipeline();
        var output = new Command("Out-Default");
        // Marks it for the error stream, as the engine does with what it merges.
        var value = PSObject.AsPSObject(error);
        if (value.Properties["writeErrorStream"] is null)
            value.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        output.Parameters.Add("InputObject", value);
        pipeline.Commands.Add(output);
        pipeline.Invoke();
    }

    private bool LastSucceeded()
    {
        using Pipeline pipeline = _runspace.CreatePipeline("$global:?");
        return pipeline.Invoke() is [var result] && LanguagePrimitives.IsTrue(result);
    }

    private void Stop(PosixSignalContext context)
    {
        Pipeline? current;
        lock (_lock)
            current = _current;
        // SIGTERM at the prompt, or a second one, ends the process as it would without us.
        context.Cancel = context.Signal == PosixSignal.SIGINT || current is not null && _signal == 0;
        _signal = context.Signal == PosixSignal.SIGINT ? 2 : 15;
        current?.StopAsync();
    }

    [GeneratedRegex(@"^(-[\p{L}_][\w-]*)(?::(.+)?)?$", RegexOptions.Singleline)]
    private static partial Regex ParameterPattern();
}
