using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>
/// A process whose stdio is the pipeline: stdout is output, stderr is text on the error stream, pipeline input is stdin, and its exit code
/// becomes $LASTEXITCODE. Disposing it before its end ends it as Ctrl+C at a terminal would.
/// </summary>
internal sealed class ForegroundProcess : IDisposable
{
    // Time for a handler of SIGINT, and again for one of SIGTERM.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PSCmdlet _cmdlet;
    private readonly ContainerProcess _process;
    private readonly StdioRelay? _relay;
    private readonly StandardInput _input;
    private readonly Action<bool>? _onExit;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationToken _end;
    private readonly TimeSpan _timeout;
    private bool _hasExited;
    private bool _ended;
    private bool _saidSomething;

    /// <param name="cmdlet">Where output is written, always from the pipeline's thread.</param>
    /// <param name="process">Owned from here on.</param>
    /// <param name="format">How to treat its bytes.</param>
    /// <param name="onExit">
    /// Called once when it has ended, with true if by itself. Processes that it leaves running would hold its output open, so output is
    /// then read only until it is empty. If null, the caller takes care of that, and output is read to its end.
    /// </param>
    /// <param name="timeout">How long it may run; negative for no limit.</param>
    /// <param name="interactive">Give the process this program's terminal, when both have one, instead of the pipeline.</param>
    /// <param name="stop">The pipeline's token.</param>
    public ForegroundProcess(PSCmdlet cmdlet, ContainerProcess process, StdioFormat format, Action<bool>? onExit, TimeSpan timeout, bool interactive, CancellationToken stop)
    {
        _cmdlet = cmdlet;
        _process = process;
        _input = new StandardInput(format.Encoding);
        _onExit = onExit;
        _stop = stop;
        _timeout = timeout;
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (timeout >= TimeSpan.Zero)
            _deadline.CancelAfter(timeout);
        _end = _deadline.Token;
        if (!interactive || process.Terminal is null || cmdlet.MyInvocation.ExpectingInput || !TerminalRelay.IsPossible)
            _relay = new StdioRelay(process, format);
    }

    /// <summary>Receives the lines of standard output, on the pipeline's thread, instead of the pipeline.</summary>
    public Action<string>? Line { get; init; }

    /// <summary>Sends a pipeline object to stdin and writes the output that has arrived.</summary>
    public void Send(object? input) => InTime(() =>
    {
        if (_relay is not { } relay)
            return;
        ReadOnlySpan<byte> bytes = _input.Bytes(input);
        Emit(relay);
        // The process may not read more until its output has been read.
        while (!relay.TryWrite(bytes))
        {
            relay.WaitForRoomOrOutput(_end);
            Emit(relay);
        }
    });

    /// <summary>Ends stdin, writes the output until the end, and returns how it ended.</summary>
    /// <exception cref="OciException">Timeout: the process was ended.</exception>
    public ExitRecord Finish()
    {
        ExitRecord? exit = null;
        InTime(() => exit = _relay is null ? TerminalRelay.Run(_process, _end) : Finish(_relay));
        HasExited(byItself: true);
        End();
        return exit!;
    }

    public void Dispose()
    {
        if (_ended)
            return;
        try
        {
            if (!_hasExited)
            {
                _relay?.Discard();
                _process.Interrupt(Patience);
            }
            HasExited(byItself: false);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Disposes when the pipeline is gone and no error can be reported: whatever is left is still listed.</summary>
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

    private void InTime(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (_end.IsCancellationRequested && !_stop.IsCancellationRequested && e is OperationCanceledException or OciException { Code: OciErrorCode.Cancelled })
        {
            Dispose();
            throw new OciException(OciErrorCode.Timeout, Messages.RunTimeout(_process.Id, _timeout), e) { Object = _process.Id, Step = "run" };
        }
    }

    private ExitRecord Finish(StdioRelay relay)
    {
        relay.CloseInput();
        ExitRecord? exit = null;
        OciException? failure = null;
        while (exit is null || !relay.IsComplete)
        {
            relay.WaitForOutputOrExit(exit is not null, _end);
            Emit(relay);
            if (exit is not null || relay.Exit is not { } ended)
                continue;
            exit = ended;
            try
            {
                HasExited(byItself: true);
            }
            catch (OciException e)
            {
                failure = e; // after the output
            }
        }
        _ = relay.Exit; // throws if an output file could not be written
        return failure is null ? exit : throw failure;
    }

    private void Emit(StdioRelay relay)
    {
        foreach (OutputItem item in relay.Take())
        {
            if (!item.IsError)
            {
                if (Line is { } line)
                    line((string)item.Value);
                else
                    _cmdlet.WriteObject(item.Value, enumerateCollection: false);
                continue;
            }
            NativeOutcome.WriteStandardError(_cmdlet, (string)item.Value, isFirst: !_saidSomething);
            _saidSomething = true;
        }
    }

    private void HasExited(bool byItself)
    {
        if (_hasExited)
            return;
        _hasExited = true;
        if (_onExit is null)
            return;
        try
        {
            _onExit(byItself);
        }
        finally
        {
            _process.EndOutput();
        }
    }

    private void End()
    {
        if (_ended)
            return;
        _ended = true;
        _deadline.Dispose();
        if (_relay is null)
            _process.Dispose();
        else
            _relay.Dispose();
    }
}
