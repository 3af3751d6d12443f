using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>linux.sysctl: only what a namespace of the container has for itself may be set.</summary>
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

    /// <summary>sysctl(8) takes net/ipv4/conf/eth0.1/forwarding too; then dots and slashes change places.</summary>
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

    /// <summary>Why a parameter is not one of the container's own namespaces, or null.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="name">With dots.</param>
    /// <param name="shared">Types of namespaces that it lists and yet shares with the host.</param>
    internal static (string Why, Refusal Refusal)? Problem(OciSpec spec, string name, IReadOnlyList<string> shared)
    {
        bool Lacks(string type) => NamespaceRules.Find(spec, type) is null || shared.Contains(type);
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || HasDotDot(name))
            return ($"\"{name}\" is not a name of a kernel parameter", Refusal.None);
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
        return ($"{name} is the host's: no namespace of the container has it for itself", Refusal.SysctlOfHost);
    }

    private static bool IsIpc(string name) =>
        name is "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" or "kernel.sem" or "kernel.shmall" or "kernel.shmmax"
            or "kernel.shmmni" or "kernel.shm_rmid_forced"
        || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);

    // The name becomes a path below /proc/sys: no part of it may be ".." or empty, in whichever way the separators are read.
    private static bool HasDotDot(string name) =>
        name.Contains("..", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal)
        || name[0] is '.' or '/' || name[^1] is '.' or '/';
}
