namespace OciRuntime.Core.State;

/// <summary>Where a container is in its lifecycle (runtime-spec, runtime.md).</summary>
public enum ContainerStatus
{
    /// <summary>Being created; other processes see it only in a race.</summary>
    Creating,
    /// <summary>Waiting at the start gate.</summary>
    Created,
    /// <summary>The process runs.</summary>
    Running,
    /// <summary>Frozen.</summary>
    Paused,
    /// <summary>The process has ended.</summary>
    Stopped,
    /// <summary>The state directory is incomplete; only a forced removal is possible.</summary>
    Broken,
}
