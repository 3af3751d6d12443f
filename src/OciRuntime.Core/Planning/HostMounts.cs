using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// A container in the mount namespace of its runtime, because linux.namespaces has no mount namespace (it is inherited then) or joins the runtime's by its
/// path. Its root is set by chroot(2), since pivot_root(2) would move every process of the host. Properties that need a mount are refused: it would be
/// a mount of the host, and removing the bundle would then remove the files of directories that are bind mounted in its rootfs.
/// </summary>
internal static class HostMounts
{
    /// <summary>Whether the container has the mount namespace of the runtime.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="own">Types of namespaces that are joined by a path and are the runtime's own.</param>
    public static bool AreShared(PlanBuilder plan, IReadOnlyList<string> own) => !plan.Has(CloneBits.CLONE_NEWNS) || own.Contains("mount");

    /// <summary>Refuses each property that is not safe there, by its name.</summary>
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
            throw PlanBuilder.Invalid(pointer, problem + " in the mount namespace of the host, which a container without a mount namespace shares", "add { \"type\": \"mount\" } to linux.namespaces, or leave the property out");
    }
}
