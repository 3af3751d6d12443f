using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening;

/// <summary>Facts of a configuration that several rules need.</summary>
internal sealed class SecurityFacts(OciSpec spec)
{
    public OciSpec Spec { get; } = spec;

    /// <summary>True when root of the container is not root of the host: its capabilities apply in its own user namespace.</summary>
    public bool HasUserNamespace { get; } = spec.Linux?.Namespaces?.Exists(static one => one.Type == "user" && !IsOfTheHost(one)) == true;

    /// <summary>True when the process is root of the host.</summary>
    public bool IsHostRoot => !HasUserNamespace && IsRoot;

    /// <summary>True when the process is root in the container.</summary>
    public bool IsRoot => (Spec.Process?.User?.Uid ?? 0) == 0;

    /// <summary>True for a joined namespace that is the one of the machine's first process.</summary>
    public static bool IsOfTheHost(OciNamespace one) => one.Path is { } path && path.StartsWith("/proc/1/ns/", StringComparison.Ordinal);
}
