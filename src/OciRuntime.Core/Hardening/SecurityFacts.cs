using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening;

/// <summary>What several rules ask of a configuration.</summary>
internal sealed class SecurityFacts(OciSpec spec)
{
    public OciSpec Spec { get; } = spec;

    /// <summary>Root of the container is not root of the host: its capabilities count in a user namespace of its own.</summary>
    public bool HasUserNamespace { get; } = spec.Linux?.Namespaces?.Exists(static one => one.Type == "user" && !IsOfTheHost(one)) == true;

    /// <summary>The process is root of the host.</summary>
    public bool IsHostRoot => !HasUserNamespace && IsRoot;

    /// <summary>The process is root in the container.</summary>
    public bool IsRoot => (Spec.Process?.User?.Uid ?? 0) == 0;

    /// <summary>A namespace that is joined is that of the machine's first process.</summary>
    public static bool IsOfTheHost(OciNamespace one) => one.Path is { } path && path.StartsWith("/proc/1/ns/", StringComparison.Ordinal);
}
