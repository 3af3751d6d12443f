using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// A process whose stdio is the pipeline: stdout lines are output, stderr lines are error records, pipeline input is stdin, and its
/// exit code becomes $LASTEXITCODE. Disposing it before its end calls back, so that Ctrl+C leaves nothing behind.
/// </summary>
internal sealed class ForegroundProcess : IDisposable
{
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    private readonly PSCmdlet _cmdlet;
    private readonly ContainerProcess _process;
    private readonly StdioRelay? _relay;
    private readonly StandardErrorStream _stderr;
    private readonly StandardInput _input = new();
    private readonly Action<bool> _onEnd;
    private readonly CancellationToken _stop;
    private bool _ended;

    /// <param name="cmdlet">Where lines are written, always from the pipeline's thread.</param>
    /// <param name="process">Owned from here on.</param>
    /// <param name="onEnd">Called once: with true after the end, with false when it is given up.</param>
    /// <param name="stop">The pipeline's token.</param>
    /// <param name="interactive">Give the process this program's terminal, when both have one, instead of the pipeline.</param>
    public ForegroundProcess(PSCmdlet cmdlet, ContainerProcess process, Action<bool> onEnd, CancellationToken stop, bool interactive = false)
    {
        _cmdlet = cmdlet;
        _stderr = new StandardErrorStream(cmdlet);
        _process = process;
        _onEnd = onEnd;
        _stop = stop;
        if (!interactive || process.Terminal is null || cmdlet.MyInvocation.ExpectingInput || !TerminalRelay.IsPossible)
            _relay = new StdioRelay(process);
    }

    /// <summary>Sends a pipeline object to stdin and writes the output that is there.</summary>
    public void Send(object? input) => Write(_input.Take(input));

    /// <summary>Ends stdin, writes the output until the end, and returns how it ended.</summary>
    public ExitRecord Finish()
    {
        ExitRecord exit = _relay is null ? TerminalRelay.Run(_process, _stop) : Finish(_relay);
        End(completed: true);
        return exit;
    }

    public void Dispose() => End(completed: false);

    /// <summary>Disposes when the pipeline is gone and nobody can be told of an error: what is left is still listed.</summary>
    public void Abandon()
    {
        try
        {
            Dispose();
        }
        catch (OciException)
        {
            // See above.
        }
    }

    private ExitRecord Finish(StdioRelay relay)
    {
        Write(_input.Rest());
        relay.CloseInput();
        foreach (OutputLine line in relay.TakeAll(_stop))
            Emit(line);
        return relay.WaitExit(_stop);
    }

    private void Write(byte[]? bytes)
    {
        if (_relay is null)
            return;
        // The process may be waiting for its output to be read before it reads on.
        while (bytes is not null && !_relay.TryWrite(bytes))
        {
            if (_relay.TryTake(out OutputLine line, 20, _stop))
                Emit(line);
        }
        while (_relay.TryTake(out OutputLine line, 0, _stop))
            Emit(line);
    }

    private void Emit(OutputLine line)
    {
        if (line.IsError)
            _stderr.Write(line.Text, _process.Id);
        else
            _cmdlet.WriteObject(line.Text);
    }

    private void End(bool completed)
    {
        if (_ended)
            return;
        _ended = true;
        try
        {
            if (!completed)
                Kill();
        }
        finally
        {
            if (_relay is null)
                _process.Dispose();
            else
                _relay.Dispose();
            _onEnd(completed);
        }
    }

    // Waited for as well: a zombie in its pid namespace keeps the container's init from ending (pid_namespaces(7)).
    private void Kill()
    {
        _process.Signal(9 /* SIGKILL */);
        using var patience = new CancellationTokenSource(KillTimeout);
        try
        {
            _process.Wait(patience.Token);
        }
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled)
        {
            // Uninterruptible sleep outlives SIGKILL.
        }
    }
}
