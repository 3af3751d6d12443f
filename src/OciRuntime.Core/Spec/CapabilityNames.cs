using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec;

/// <summary>Capabilities by name and bit (capabilities(7), linux/capability.h).</summary>
internal static class CapabilityNames
{
    // The index is the bit.
    private static readonly string[] s_names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW",
        "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT",
        "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD",
        "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
        "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>All names; the index is the bit.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name with or without CAP_, in any case, or ALL.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name, or all names.</returns>
    /// <exception cref="OciException">InvalidArgument: no such capability; the message names the nearest.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().ToUpperInvariant();
        if (name == "ALL")
            return s_names;
        string full = name.StartsWith("CAP_", StringComparison.Ordinal) ? name : "CAP_" + name;
        return TryGetBit(full, out _) ? [full] : throw SpecText.Refused(text, "capability: a name such as CAP_NET_RAW or NET_RAW, or ALL", NearestName.Hint(full, s_names));
    }

    /// <summary>The bits of a list. Unknown names have none (config.md, "capabilities").</summary>
    /// <param name="names">The names.</param>
    /// <param name="unknown">Receives each unknown name once; may be null.</param>
    internal static ulong Set(List<string>? names, SortedSet<string>? unknown)
    {
        ulong set = 0;
        for (int i = 0; i < (names?.Count ?? 0); i++)
        {
            if (TryGetBit(names![i], out int bit))
                set |= 1UL << bit;
            else
                unknown?.Add(names[i] ?? string.Empty);
        }
        return set;
    }

    /// <summary>Finds a capability by its exact name, such as CAP_KILL.</summary>
    /// <param name="name">The name.</param>
    /// <param name="bit">Its bit.</param>
    /// <returns>False when there is no such capability.</returns>
    public static bool TryGetBit(string? name, out int bit)
    {
        bit = Array.IndexOf(s_names, name);
        return bit >= 0;
    }
}
