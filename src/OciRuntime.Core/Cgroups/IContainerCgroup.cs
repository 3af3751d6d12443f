using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>One container's cgroup, whatever the host's layout and manager.</summary>
internal interface IContainerCgroup
{
    /// <summary>Absolute directories by controller ("memory", "name=systemd"); the empty key is the unified (v2) directory.</summary>
    IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>Files to which init writes "0", in order (v1 <c>tasks</c>).</summary>
    IReadOnlyList<string> JoinFiles { get; }

    /// <summary>The v2 directory for CLONE_INTO_CGROUP, or null.</summary>
    string? CloneDirectory { get; }

    /// <summary>The file with an <c>oom_kill</c> line (memory.events, memory.oom_control), or null.</summary>
    string? OomFile { get; }

    /// <summary>It can't be made without a process in it, so <see cref="Create"/> gets one that stays until the container's own is in it.</summary>
    bool NeedsMember { get; }

    /// <summary>The container's process can't join by itself: <see cref="Move"/> puts it there.</summary>
    bool MovesProcesses { get; }

    /// <summary>The limits for <see cref="Create"/> to write; nothing is read or changed.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <exception cref="Errors.OciException">InvalidSpec or NotSupported: these cgroups can't hold a limit.</exception>
    CgroupLimits LimitsFor(OciResources? resources);

    /// <summary>Makes the directories and applies the limits. On failure it removes the directories that it made.</summary>
    /// <param name="limits">From <see cref="LimitsFor"/>.</param>
    /// <param name="member">Pid of a process that is put into it, if one is needed.</param>
    /// <param name="owner">Uid that may manage the cgroups below it, or null.</param>
    void Create(CgroupLimits limits, int member = 0, uint? owner = null);

    /// <summary>Puts a process into it.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="below">A path below it, with a leading slash, or empty; null for the cgroup where init is born.</param>
    void Move(int pid, string? below = null);

    /// <summary>Changes limits of an existing cgroup; limits that are not named stay. On failure the former values are restored.</summary>
    /// <param name="resources">The changes, as linux.resources.</param>
    /// <param name="former">The former linux.resources, since device rules can't be read back; null for the default rules.</param>
    CgroupChange Apply(OciResources resources, OciResources? former = null);

    /// <summary>Processes in it and below, host pids.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>Freezes it and waits until it is frozen; undone when that fails or is cancelled.</summary>
    void Freeze(CancellationToken cancellationToken);

    /// <summary>Thaws it; cgroups that its processes froze below it stay frozen.</summary>
    void Thaw();

    /// <summary>True when it is frozen, whoever did that.</summary>
    bool IsFrozen();

    /// <summary>Sends a signal to all its processes (SIGKILL by cgroup.kill if there is one, else the cgroup is frozen meanwhile). After SIGKILL no process in it stays frozen.</summary>
    void Signal(int signal);

    /// <summary>
    /// Kills all processes in it and below, repeatedly until it is empty. They are all the container's: create refuses a cgroup that has processes.
    /// </summary>
    /// <exception cref="Errors.OciException">ResourceBusy, or Timeout without a cgroup: processes are left after ten seconds; the message names them.</exception>
    void Kill(CancellationToken cancellationToken);

    /// <summary>Removes it with its children; no error when it is gone already.</summary>
    /// <returns>False when it has processes.</returns>
    bool TryRemove();

    /// <summary>Waits until it is empty and removes it with its children; no error when it is gone already.</summary>
    /// <exception cref="Errors.OciException">ResourceBusy: it did not become empty in ten seconds; the message has the directory and the processes.</exception>
    void Remove(CancellationToken cancellationToken);
}
