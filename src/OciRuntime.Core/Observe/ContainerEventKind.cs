namespace OciRuntime.Core.Observe;

/// <summary>What happens to containers.</summary>
public enum ContainerEventKind
{
    /// <summary>It was made; its process waits.</summary>
    Created,

    /// <summary>Its process runs.</summary>
    Started,

    /// <summary>Another process was started in it.</summary>
    Exec,

    /// <summary>One of its processes ran out of memory.</summary>
    Oom,

    /// <summary>It was frozen.</summary>
    Paused,

    /// <summary>It was thawed.</summary>
    Resumed,

    /// <summary>Its process has ended.</summary>
    Exited,

    /// <summary>It was removed.</summary>
    Deleted,
}
