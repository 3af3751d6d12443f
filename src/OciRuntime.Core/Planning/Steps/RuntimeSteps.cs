using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// A step that the runtime runs itself, not its helper. Those at the beginning of a plan come before the helper has its program; each of the others
/// follows the step at which the helper waits for it: an <see cref="AwaitStep"/>, <see cref="CloneStep"/>, <see cref="ReadyStep"/> or <see cref="GateStep"/>.
/// </summary>
internal abstract record RuntimeStep : LaunchStep;

/// <summary>Makes or finds the class of service of linux.intelRdt.</summary>
internal sealed record ResctrlStep : RuntimeStep
{
    public override string Name => "resctrl";

    public override string Object => Rdt.ClosID is { Length: > 0 } name ? name : Id;

    public required string Id { get; init; }

    public required OciIntelRdt Rdt { get; init; }
}

/// <summary>Moves the new process into its class of service.</summary>
internal sealed record JoinResctrlStep : RuntimeStep
{
    public override string Name => "join_resctrl";

    public override string Object => "process";
}

/// <summary>Makes the container's cgroup, with the values of the <see cref="LimitStep"/>s that follow.</summary>
internal sealed record CgroupStep : RuntimeStep
{
    public override string Name => "cgroup";

    public override string Object => Paths.TryGetValue(string.Empty, out string? unified) ? unified : Paths.Values.FirstOrDefault("none");

    public override string Detail => string.Join(',', Paths.Keys.Where(static name => name.Length > 0)) is { Length: > 0 } controllers ? "and for " + controllers : string.Empty;

    /// <summary>Directories by controller.</summary>
    public required IReadOnlyDictionary<string, string> Paths { get; init; }

    public required CgroupLimits Limits { get; init; }
}

/// <summary>One value of a cgroup's files.</summary>
internal sealed record LimitStep : RuntimeStep
{
    public override string Name => "write";

    public override string Object => Write.File;

    public override string Detail => Write.Value;

    public required CgroupWrite Write { get; init; }
}

/// <summary>Attaches the program that says which devices may be used (v2).</summary>
internal sealed record DeviceProgramStep : RuntimeStep
{
    public override string Name => "device_program";

    public override string Object => string.Create(CultureInfo.InvariantCulture, $"{Rules} rules");

    public required int Rules { get; init; }
}

/// <summary>Writes state.json: from then on a killed runtime leaves a container that can be listed and deleted.</summary>
internal sealed record StateStep : RuntimeStep
{
    public override string Name => "state";

    public override string Object => "state.json";

    public override string Detail => WithProcess ? "with the process" : string.Empty;

    public bool WithProcess { get; init; }
}

/// <summary>Writes uid_map or gid_map of the new user namespace.</summary>
internal sealed record IdMapStep : RuntimeStep
{
    public override string Name => "id_map";

    public override string Object => IsGroups ? "gid_map" : "uid_map";

    public override string Detail => string.Join(", ", Mappings.Select(static map => string.Create(CultureInfo.InvariantCulture, $"{map.ContainerID} {map.HostID} {map.Size}")));

    public bool IsGroups { get; init; }

    public required IReadOnlyList<OciIdMapping> Mappings { get; init; }

    /// <summary>The runtime may map only the caller's own ids; newuidmap(1) and newgidmap(1) map more.</summary>
    public bool OwnIdsOnly { get; init; }
}

/// <summary>Checks that the mappings of the configuration are those of the user namespace that was joined.</summary>
internal sealed record CheckMapsStep : RuntimeStep
{
    public override string Name => "check_maps";

    public override string Object => "user namespace";
}

/// <summary>Moves the new process into its cgroup, which it can't join by itself.</summary>
internal sealed record MoveStep : RuntimeStep
{
    public override string Name => "move";

    public override string Object => "process";

    public override string Detail => "into its cgroup";
}

/// <summary>Moves the process into a cgroup below the container's, which the container manages.</summary>
internal sealed record DelegateStep : RuntimeStep
{
    public override string Name => "delegate";

    public override string Object => Directory;

    public override string Detail => Owner is { } uid ? "to uid " + FlagText.Number(uid) : string.Empty;

    /// <summary>The cgroup.</summary>
    public required string Directory { get; init; }

    /// <summary>The uid that is to own it, or null.</summary>
    public uint? Owner { get; init; }
}

/// <summary>Gives a network device to the container.</summary>
internal sealed record NetDeviceStep : RuntimeStep
{
    public override string Name => "net_device";

    public override string Object => Device;

    public override string Detail => Inside == Device ? string.Empty : "as " + Inside;

    public required string Device { get; init; }

    public required string Inside { get; init; }
}

/// <summary>Runs a hook in the namespaces of the runtime.</summary>
internal sealed record RuntimeHookStep : RuntimeStep
{
    public override string Name => "hook";

    public override string Object => Hook.Path;

    public override string Detail => Kind;

    public required OciHook Hook { get; init; }

    /// <summary>prestart, createRuntime, poststart.</summary>
    public required string Kind { get; init; }

    /// <summary>Its index among the hooks of its kind.</summary>
    public required int Index { get; init; }
}

/// <summary>Writes the state that hooks in the container read from standard input.</summary>
internal sealed record HookStateStep : RuntimeStep
{
    public override string Name => "hook_state";

    public override string Object => Status;

    public required string Status { get; init; }
}

/// <summary>Sends the pidfd of the process to a socket of the caller.</summary>
internal sealed record PidfdStep : RuntimeStep
{
    public override string Name => "pidfd";

    public override string Object => Socket;

    public required string Socket { get; init; }
}

/// <summary>Writes the pid where the caller looks for it.</summary>
internal sealed record PidFileStep : RuntimeStep
{
    public override string Name => "pid_file";

    public override string Object => Path;

    public required string Path { get; init; }
}
