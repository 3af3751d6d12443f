using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec;

/// <summary>Mount propagation by name (mount_namespaces(7)): linux.rootfsPropagation, and options of mounts. The prefix r includes the mounts below.</summary>
internal static class PropagationNames
{
    private static readonly (string Name, Propagation Value)[] s_all =
    [
        ("private", Propagation.MS_PRIVATE), ("rprivate", Propagation.MS_PRIVATE | Propagation.MS_REC),
        ("slave", Propagation.MS_SLAVE), ("rslave", Propagation.MS_SLAVE | Propagation.MS_REC),
        ("shared", Propagation.MS_SHARED), ("rshared", Propagation.MS_SHARED | Propagation.MS_REC),
        ("unbindable", Propagation.MS_UNBINDABLE), ("runbindable", Propagation.MS_UNBINDABLE | Propagation.MS_REC),
    ];

    /// <summary>All names.</summary>
    internal static readonly string[] All = Array.ConvertAll(s_all, static entry => entry.Name);

    /// <summary>The propagation of a name; none if it is not in the table.</summary>
    internal static Propagation Parse(string? name)
    {
        foreach ((string known, Propagation value) in s_all)
        {
            if (known == name)
                return value;
        }
        return Propagation.None;
    }

    /// <summary>The name, or empty for none.</summary>
    internal static string Of(Propagation propagation)
    {
        foreach ((string name, Propagation value) in s_all)
        {
            if (value == propagation)
                return name;
        }
        return string.Empty;
    }
}
