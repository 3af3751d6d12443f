using System.Diagnostics;
using System.Management.Automation;

namespace OciRuntime.PowerShell.Common;

/// <summary>The progress of work that is mostly short: nothing is shown before a second has passed, and what was shown is completed. On the pipeline's thread alone.</summary>
/// <param name="cmdlet">Whose work it is.</param>
/// <param name="activity">What is done.</param>
internal sealed class LateProgress(Cmdlet cmdlet, string activity)
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static int s_ids;

    private readonly int _id = Interlocked.Increment(ref s_ids) & int.MaxValue;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _shown;

    /// <summary>Shows how far it is, when it is time for that.</summary>
    /// <param name="status">In a few words.</param>
    /// <param name="percent">How much is done; -1 when that is not known.</param>
    public void Report(Func<string> status, int percent = -1)
    {
        if (_shown == 0 ? Stopwatch.GetElapsedTime(_start) < After : Stopwatch.GetElapsedTime(_shown) < Between)
            return;
        _shown = Stopwatch.GetTimestamp();
        cmdlet.WriteProgress(new ProgressRecord(_id, activity, status()) { PercentComplete = percent });
    }

    /// <summary>Takes it off the screen.</summary>
    public void Complete()
    {
        if (_shown != 0)
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, activity) { RecordType = ProgressRecordType.Completed });
        _shown = 0;
    }
}
