using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>One container's cgroup, whatever the host's layout and manager.</summary>
internal interface IContainerCgroup
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

    /// <summary>What <see cref="Create"/> is to write; nothing is read or changed.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <exception cref="Errors.OciException">InvalidSpec or NotSupported: these cgroups can't hold it.</exception>
    CgroupLimits LimitsFor(OciResources? resources);

    /// <summary>Makes the directories and applies the limits. On failure nothing that it made is left.</summary>
    /// <param name="limits">From <see cref="LimitsFor"/>.</param>
    /// <param name="member">Pid of a process that is put in, where one is needed.</param>
    /// <param name="owner">Uid that may manage what is below it, or null.</param>
    void Create(CgroupLimits limits, int member = 0, uint? owner = null);

    /// <summary>Puts a process into it.</summary>
    /// <param name="pid">Of the process.</param>
    /// <param name="below">A cgroup below it, with a leading slash, or empty; null: where init is born.</param>
    void Move(int pid, string? below = null);

    /// <summary>Changes limits of an existing cgroup; what is not named stays. On failure the former values are back.</summary>
    /// <param name="resources">What changes: linux.resources.</param>
    /// <param name="former">What it was given before: device rules can't be read back from it. Null: the default ones.</param>
    CgroupChange Apply(OciResources resources, OciResources? former = null);

    /// <summary>Processes in it and below, host pids.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Freezes it and waits until it is frozen; undone when that fails or is cancelled.</summary>
    void Freeze(CancellationToken cancellationToken);

    /// <summary>Thaws it; what its processes froze below it stays frozen.</summary>
    void Thaw();

    /// <summary>Thaws it and all below it, so that killed processes end.</summary>
    /// <returns>True when a freezer was in their way.</returns>
    bool ThawAll();

    /// <summary>True when it is frozen, by whomever.</summary>
    bool IsFrozen();

    /// <summary>Sends a signal to all its processes (cgroup.kill for SIGKILL where there is one, else frozen meanwhile). After SIGKILL nothing in it is frozen.</summary>
    void Signal(int signal);

    /// <summary>
    /// Kills all that is in it and below, again and again until it is empty. A container's cgroup is its own: create takes none that has processes.
    /// </summary>
    /// <exception cref="Errors.OciException">ResourceBusy: it did not become empty in ten seconds; the message has the directory and the processes.</exception>
    void Kill(CancellationToken cancellationToken);

    /// <summary>Removes it with its children; no error when it is gone already.</summary>
    /// <returns>False when it has processes.</returns>
    bool TryRemove();

    /// <summary>Waits until it is empty and removes it with its children; no error when it is gone already.</summary>
    /// <exception cref="Errors.OciException">ResourceBusy: it did not become empty in ten seconds; the message has the directory and the processes.</exception>
    void Remove(CancellationToken cancellationToken);
}
