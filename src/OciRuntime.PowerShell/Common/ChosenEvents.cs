using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Common;

/// <summary>The selected events of a watch.</summary>
/// <param name="watch">The watch.</param>
/// <param name="kinds">Which kinds; null for all.</param>
/// <param name="count">How many; null for any number.</param>
/// <param name="timeout">For how long; null for no limit.</param>
internal sealed class ChosenEvents(ContainerWatch watch, ContainerEventKind[]? kinds, int? count, TimeSpan? timeout)
{
    public IEnumerable<OciContainerEvent> Read(CancellationToken stop)
    {
        IEnumerable<OciContainerEvent> events = watch.Read(timeout, stop);
        if (kinds is not null)
            events = events.Where(one => one.Is(kinds));
        return count is { } most ? events.Take(most) : events;
    }
}
