using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.sysctl: only parameters that belong to a namespace of the container may be set.</summary>
internal static class SysctlRules
{
    public static void Check(OciSpec spec, SpecProblems problems)
    {
        foreach ((string name, string value) in spec.Linux?.Sysctl ?? [])
        {
            string pointer = SpecPointer.Property("/linux/sysctl", name);
            string dotted = WithDots(name);
            if (Problem(spec, dotted, []) is { } problem)
                problems.Add(pointer, problem.Why, refusal: problem.Refusal, detail: dotted);
            problems.NoNul(pointer, value);
        }
    }

    /// <summary>sysctl(8) also accepts net/ipv4/conf/eth0.1/forwarding, where dots and slashes swap roles.</summary>
    internal static string WithDots(string name)
    {
        int first = name.AsSpan().IndexOfAny('.', '/');
        if (first <= 0 || name[first] == '.')
            return name;
        return string.Create(name.Length, name, static (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = text[i] switch { '.' => '/', '/' => '.', char c => c };
        });
    }

    /// <summary>The reason why a parameter does not belong to a namespace of the container, or null.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="name">The name, with dots.</param>
    /// <param name="shared">Types of namespaces that the configuration lists but shares with the host.</param>
    internal static (string Why, Refusal Refusal)? Problem(OciSpec spec, string name, IReadOnlyList<string> shared)
    {
        bool Lacks(string type) => NamespaceRules.Find(spec, type) is null || shared.Contains(type);
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || HasDotDot(name))
            return ($"\"{name}\" is not a valid name of a kernel parameter", Refusal.None);
        if (IsIpc(name))
            return Lacks("ipc") ? ($"{name} would be the host's: the container has no ipc namespace of its own", Refusal.SysctlOfHostIpc) : null;
        if (name.StartsWith("net.", StringComparison.Ordinal))
            return Lacks("network") ? ($"{name} would be the host's: the container has no network namespace of its own", Refusal.SysctlOfHostNetwork) : null;
        if (name.StartsWith("user.", StringComparison.Ordinal))
            return Lacks("user") ? ($"{name} would be the host's: the container has no user namespace of its own", Refusal.SysctlOfHostUsers) : null;
        if (!Lacks("uts"))
        {
            if (name == "kernel.domainname")
                return null;
            if (name == "kernel.hostname")
                return ("the property hostname sets it", Refusal.SysctlOfHostname);
        }
        return ($"{name} is the host's: it does not belong to any namespace of the container", Refusal.SysctlOfHost);
    }

    private static bool IsIpc(string name) =>
        name is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax"
            or "kernel.shmmni" or "kernel.shm_rmid_forced"
        || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);

    // The name becomes a path below /proc/sys: no component may be ".." or empty, whichever separator is used.
    private static bool HasDotDot(string name) =>
        name.Contains("..", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal)
        || name[0] is '.' or '/' || name[^1] is '.' or '/';
}
