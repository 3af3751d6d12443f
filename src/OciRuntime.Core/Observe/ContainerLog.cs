using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Core.Observe;

/// <summary>The log of a supervised container.</summary>
internal static class ContainerLog
{
    /// <summary>The lines, oldest first. Lines that the log's size limit has removed are missing; a slow follower can miss them too.</summary>
    /// <param name="runtime">Where the container is.</param>
    /// <param name="id">Container id.</param>
    /// <param name="span">Which lines; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OciException">ContainerNotFound; NotSupported: an unsupervised container has no log.</exception>
    public static IEnumerable<LogRecord> Read(ContainerRuntime runtime, string id, LogSpan? span = null, CancellationToken cancellationToken = default)
    {
        var one = new LogMerge();
        one.Add(runtime, id);
        return one.Read(span ?? LogSpan.All, cancellationToken: cancellationToken);
    }
}
