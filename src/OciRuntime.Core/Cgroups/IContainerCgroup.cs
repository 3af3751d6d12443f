using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>One container's cgroup, whatever the host's layout and manager. Instances come from <see cref="CgroupFactory"/>.</summary>
public interface IContainerCgroup
{
    /// <summary>Absolute directories by controller ("memory", "name=systemd"); the empty key is the unified (v2) directory.</summary>
    IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>Files that init writes "0" to, in order (v1 <c>tasks</c>).</summary>
    IReadOnlyList<string> JoinFiles { get; }

    /// <summary>The v2 directory for CLONE_INTO_CGROUP, or null.</summary>
    string? CloneDirectory { get; }

    /// <summary>The file with an <c>oom_kill</c> line (memory.events, memory.oom_control), or null.</summary>
    string? OomFile { get; }

    /// <summary>Makes the directories and applies the limits. On failure nothing that it made is left.</summary>
    void Create(OciResources? resources);

    /// <summary>Applies limits to an existing cgroup.</summary>
    void Apply(OciResources resources);

    /// <summary>Processes in it and below, host pids.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Freezes it and waits until it is frozen; undone when that fails or is cancelled.</summary>
    void Freeze(CancellationToken cancellationToken);

    /// <summary>Thaws it.</summary>
    void Thaw();

    /// <summary>True when it is frozen.</summary>
    bool IsFrozen();

    /// <summary>Sends a signal to all its processes (cgroup.kill for SIGKILL where there is one, else frozen meanwhile).</summary>
    void Signal(int signal);

    /// <summary>Waits until it is empty and removes it with its children; no error when it is gone already.</summary>
    void Remove(CancellationToken cancellationToken);
}
