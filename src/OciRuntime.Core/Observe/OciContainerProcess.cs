using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Observe;

/// <summary>A snapshot of one process of a container, from proc(5).</summary>
public sealed class OciContainerProcess
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Host pid.</summary>
    public required int Pid { get; init; }

    /// <summary>Pid in the innermost pid namespace.</summary>
    public int ContainerPid { get; init; }

    /// <summary>Host pid of the parent.</summary>
    public int ParentPid { get; init; }

    /// <summary>The kernel's letter: R, S, D, T, Z and so on.</summary>
    public string State { get; init; } = string.Empty;

    /// <summary>Real user id, as the runtime's user namespace sees it.</summary>
    public uint Uid { get; init; }

    /// <summary>Resident memory, bytes.</summary>
    public long ResidentMemory { get; init; }

    /// <summary>argv joined with spaces, or the name in brackets when there is none.</summary>
    public string Command { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Pid.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads one process.</summary>
    /// <param name="id">The container that it belongs to.</param>
    /// <param name="pid">Host pid.</param>
    /// <returns>Null when it has ended.</returns>
    /// <exception cref="Errors.OciException">The process can't be read.</exception>
    public static OciContainerProcess? TryRead(string id, int pid)
    {
        string directory = "/proc/" + pid.ToString(CultureInfo.InvariantCulture);
        if (ProcessFields.TryRead(directory) is not { } fields || ProcessFields.ReadIfThere(directory + "/cmdline") is not { } arguments)
            return null;
        string command = arguments.TrimEnd('\0').Replace('\0', ' ');
        return new OciContainerProcess
        {
            Id = id,
            Pid = pid,
            ContainerPid = (int)fields.LastNumber("NSpid"),
            ParentPid = (int)fields.Number("PPid"),
            State = fields["State"] is { Length: > 0 } state ? state[..1] : string.Empty,
            Uid = (uint)fields.Number("Uid"),
            ResidentMemory = fields.Number("VmRSS") * 1024,
            Command = command.Length > 0 ? command : "[" + fields["Name"] + "]",
        };
    }
}
