using System.Diagnostics;
using System.Management.Automation;

namespace OciRuntime.PowerShell.Common;

/// <summary>Progress of work that is usually short: nothing is shown in the first second, and what was shown is completed. Use only on the pipeline's thread.</summary>
/// <param name="cmdlet">The cmdlet that does the work.</param>
/// <param name="activity">What is done.</param>
internal sealed class LateProgress(Cmdlet cmdlet, string activity)
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static int s_ids;

    private readonly int _id = Interlocked.Increment(ref s_ids) & int.MaxValue;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _shown;

    /// <summary>Shows the progress once it is time.</summary>
    /// <param name="status">The status in a few words.</param>
    /// <param name="percent">How much is done; -1 when unknown.</param>
    public void Report(Func<string> status, int percent = -1)
    {
        if (_shown == 0 ? Stopwatch.GetElapsedTime(_start) < After : Stopwatch.GetElapsedTime(_shown) < Between)
            return;
        _shown = Stopwatch.GetTimestamp();
        cmdlet.WriteProgress(new ProgressRecord(_id, activity, status()) { PercentComplete = percent });
    }

    /// <summary>Removes it from the screen.</summary>
    public void Complete()
    {
        if (_shown != 0)
            cmdlet.WriteProgress(new ProgressRecord(_id, activity, activity) { RecordType = ProgressRecordType.Completed });
        _shown = 0;
    }
}
