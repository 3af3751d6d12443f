using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// A container in the mount namespace of its runtime, because linux.namespaces has none (runtime-spec: it is inherited then) or joins that one by its
/// path. Its root is the root filesystem by chroot(2), and what would mount something is refused: that would be the host's, below whose rootfs whoever
/// removes the bundle removes what is bound there, and pivot_root(2) would move every process of the host.
/// </summary>
internal static class HostMounts
{
    /// <summary>The container's mounts are the runtime's.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="own">Types that are joined by a path and are the runtime's own.</param>
    public static bool AreShared(PlanBuilder plan, IReadOnlyList<string> own) => !plan.Has(CloneBits.CLONE_NEWNS) || own.Contains("mount");

    /// <summary>Refuses what is not safe there, by name.</summary>
    public static void Check(PlanBuilder plan)
    {
        OciSpec spec = plan.Input.Spec;
        Refuse(spec.Mounts is { Count: > 0 }, "/mounts", "nothing can be mounted");
        Refuse(plan.Linux.MaskedPaths is { Count: > 0 }, "/linux/maskedPaths", "nothing can be masked");
        Refuse(plan.Linux.ReadonlyPaths is { Count: > 0 }, "/linux/readonlyPaths", "nothing can be made read-only");
        Refuse(spec.Root is { Readonly: true }, "/root/readonly", "the root can't be made read-only");
        Refuse(!string.IsNullOrEmpty(plan.Linux.RootfsPropagation), "/linux/rootfsPropagation", "propagation can't be changed");
        Refuse(spec.Process is { Terminal: true }, "/process/terminal", "a terminal has no devpts of its own");
        Refuse(plan.Has(CloneBits.CLONE_NEWUSER), "/linux/namespaces", "a user namespace would own no mount");
    }

    private static void Refuse(bool asked, string pointer, string problem)
    {
        if (asked)
            throw PlanBuilder.Invalid(pointer, problem + " in the mount namespace of the host, which a container without one of its own has", "add { \"type\": \"mount\" } to linux.namespaces, or leave it out");
    }
}
