namespace OciRuntime.Core.Spec;

/// <summary>linux.memoryPolicy by name and number (set_mempolicy(2), linux/mempolicy.h).</summary>
internal static class MemoryPolicyNames
{
    private static readonly (string Name, uint Bit)[] s_flags =
        [("MPOL_F_NUMA_BALANCING", 1u << 13), ("MPOL_F_RELATIVE_NODES", 1u << 14), ("MPOL_F_STATIC_NODES", 1u << 15)];

    /// <summary>Modes; the index is the number.</summary>
    internal static readonly string[] Modes =
        ["MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"];

    /// <summary>Flags for the modes.</summary>
    internal static readonly string[] Flags = [.. s_flags.Select(static flag => flag.Name)];

    /// <summary>The bit of a flag; 0 for an unknown one.</summary>
    internal static uint Bit(string flag) => Array.Find(s_flags, item => item.Name == flag).Bit;
}
