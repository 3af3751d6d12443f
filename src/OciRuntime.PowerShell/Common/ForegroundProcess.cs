using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// A process whose stdio is the pipeline: stdout lines are output, stderr lines are error records, pipeline input is stdin, and its
/// exit code becomes $LASTEXITCODE. Disposing it before its end calls back, so that Ctrl+C leaves nothing behind.
/// </summary>
internal sealed class ForegroundProcess : IDisposable
{
    private readonly PSCmdlet _cmdlet;
    private readonly ContainerProcess _process;
    private readonly StdioRelay _relay;
    private readonly StandardInput _input = new();
    private readonly Action<bool> _onEnd;
    private readonly CancellationToken _stop;
    private bool _ended;

    /// <param name="cmdlet">Where lines are written, always from the pipeline's thread.</param>
    /// <param name="process">Owned from here on.</param>
    /// <param name="onEnd">Called once: with true after the end, with false when it is given up.</param>
    /// <param name="stop">The pipeline's token.</param>
    public ForegroundProcess(PSCmdlet cmdlet, ContainerProcess process, Action<bool> onEnd, CancellationToken stop)
    {
        _cmdlet = cmdlet;
        _process = process;
        _onEnd = onEnd;
        _stop = stop;
        _relay = new StdioRelay(process);
    }

    /// <summary>Sends a pipeline object to stdin and writes the output that is there.</summary>
    public void Send(object? input) => Write(_input.Take(input));

    /// <summary>Ends stdin, writes the output until the end, and returns how it ended.</summary>
    public ExitRecord Finish()
    {
        Write(_input.Rest());
        _relay.CloseInput();
        foreach (OutputLine line in _relay.TakeAll(_stop))
            Emit(line);
        ExitRecord exit = _relay.WaitExit(_stop);
        End(completed: true);
        return exit;
    }

    public void Dispose() => End(completed: false);

    private void Write(byte[]? bytes)
    {
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
            _cmdlet.WriteError(StandardError(line.Text));
        else
            _cmdlet.WriteObject(line.Text);
    }

    private ErrorRecord StandardError(string text) =>
        new(new RemoteException(text), "ContainerStandardError", ErrorCategory.NotSpecified, _process.Id);

    private void End(bool completed)
    {
        if (_ended)
            return;
        _ended = true;
        try
        {
            if (!completed)
                _process.Signal(9 /* SIGKILL */);
        }
        finally
        {
            _relay.Dispose();
            _onEnd(completed);
        }
    }
}
