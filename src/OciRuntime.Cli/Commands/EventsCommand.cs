using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Commands;

/// <summary><c>events ID</c>: statistics every few seconds and out-of-memory events, one line of JSON each, until the container has ended.</summary>
internal static class EventsCommand
{
    internal static readonly Command Definition = new(
        "events",
        "[command options] <container-id>",
        "display container events such as OOM notifications, cpu, memory, and IO usage statistics",
        [new Option("interval", '\0', "DURATION", "time between statistics, such as 500ms or 1m (default: 5s)"), new Option("stats", '\0', null, "print the statistics once")],
        (1, 1),
        Run,
        Ids: Command.NotEnded);

    private static int Run(Invocation invocation)
    {
        TimeSpan interval = invocation.Own.Duration("interval", TimeSpan.FromSeconds(5));
        bool once = invocation.Own.Has("stats");
        if (interval <= TimeSpan.Zero)
        {
            invocation.Runtime.Get(invocation.Id); // like runc, check first that the container exists
            throw new OciException(OciErrorCode.InvalidArgument, "duration interval must be greater than 0");
        }
        if (once)
        {
            StandardStream.Out(EventJson.Of(ContainerStatistics.Read(invocation.Runtime, invocation.Id)));
            return 0;
        }
        using var feed = ContainerFeed.Open(invocation.Runtime, invocation.Id);
        long step = Math.Max(1, (long)Math.Min(interval.TotalMilliseconds, int.MaxValue));
        for (long next = Environment.TickCount64 + step; ;)
        {
            switch (feed.Wait((int)Math.Max(0, next - Environment.TickCount64)))
            {
                case ContainerNotice.OutOfMemory:
                    StandardStream.Out(EventJson.OutOfMemory(invocation.Id));
                    break;
                case ContainerNotice.Ended:
                    return 0;
                default:
                    Print(invocation, feed);
                    // Missed rounds are skipped.
                    next = Math.Max(next + step, Environment.TickCount64);
                    break;
            }
        }
    }

    // A failed read may succeed in the next round.
    private static void Print(Invocation invocation, ContainerFeed feed)
    {
        ContainerStatistics statistics;
        try
        {
            statistics = feed.Read();
        }
        catch (OciException e)
        {
            invocation.Log.Error(RuncWords.Of(e) ?? e.Message);
            return;
        }
        StandardStream.Out(EventJson.Of(statistics));
    }
}
