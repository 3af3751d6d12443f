namespace OciRuntime.PowerShell.Common;

/// <summary>A call of the core that may take long without reporting progress: it runs on another thread while the pipeline's thread shows that it goes on.</summary>
internal static class LongCall
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes the call, and waits for its end however the pipeline ends: a cancelled call undoes what it has done.</summary>
    /// <param name="progress">Shows the progress.</param>
    /// <param name="status">What is done.</param>
    /// <param name="call">The call; it heeds the cmdlet's token.</param>
    /// <param name="stop">The cmdlet's token.</param>
    public static T Make<T>(LateProgress progress, string status, Func<T> call, CancellationToken stop)
    {
        Task<T> task = Task.Run(call, CancellationToken.None);
        WaitHandle ended = ((IAsyncResult)task).AsyncWaitHandle;
        try
        {
            while (!ended.WaitOne(Between))
            {
                if (!stop.IsCancellationRequested)
                    progress.Report(() => status);
            }
        }
        finally
        {
            ended.WaitOne();
        }
        return task.GetAwaiter().GetResult();
    }
}
