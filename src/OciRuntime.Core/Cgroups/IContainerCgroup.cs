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

    /// <summary>It can't be made without a process in it: <see cref="Create"/> is given one that waits until the container's own is in.</summary>
    bool NeedsMember { get; }

    /// <summary>The container's process can't get in by itself: <see cref="Move"/> puts it there.</summary>
    bool MovesProcesses { get; }

    /// <summary>Makes the directories and applies the limits. On failure nothing that it made is left.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="member">Pid of a process that is put in, where one is needed.</param>
    /// <param name="owner">Uid that may manage what is below it, or null.</param>
    void Create(OciResources? resources, int member = 0, uint? owner = null);

    /// <summary>Puts a process into it.</summary>
    /// <param name="pid">Of the process.</param>
    /// <param name="below">A cgroup below it, with a leading slash, or empty.</param>
    void Move(int pid, string below = "");

    /// <summary>Changes limits of an existing cgroup; what is not named stays. On failure the former values are back.</summary>
    /// <param name="resources">What changes: linux.resources.</param>
    /// <param name="former">What it was given before: device rules can't be read back from it. Null: the default ones.</param>
    CgroupChange Apply(OciResources resources, OciResources? former = null);

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
