using System.Globalization;
using OciRuntime.Core.Interop;

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
    /// <exception cref="Errors.OciException">The kernel can't tell.</exception>
    public static OciContainerProcess? TryRead(string id, int pid)
    {
        string directory = "/proc/" + pid.ToString(CultureInfo.InvariantCulture);
        if (ReadIfThere(directory + "/status") is not { } status || ReadIfThere(directory + "/cmdline") is not { } arguments)
            return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in status.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
        string command = arguments.TrimEnd('\0').Replace('\0', ' ');
        return new OciContainerProcess
        {
            Id = id,
            Pid = pid,
            ContainerPid = (int)Number(fields, "NSpid", last: true),
            ParentPid = (int)Number(fields, "PPid"),
            State = fields.TryGetValue("State", out string? state) ? state[..1] : string.Empty,
            Uid = (uint)Number(fields, "Uid"),
            ResidentMemory = Number(fields, "VmRSS") * 1024,
            Command = command.Length > 0 ? command : "[" + fields.GetValueOrDefault("Name") + "]",
        };
    }

    // It may have ended since the pid was listed: it is not there to be opened, or not to be read.
    private static string? ReadIfThere(string path) =>
        TextFile.TryRead(path, out int errno) ?? (errno is Errno.ENOENT or Errno.ESRCH ? null : throw KernelError.From("look at the process", path, "read", errno));


    private static long Number(Dictionary<string, string> fields, string name, bool last = false)
    {
        string[] words = fields.GetValueOrDefault(name, string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && long.TryParse(last ? words[^1] : words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
    }
}
