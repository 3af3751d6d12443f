using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Annotations by which engines ask crun for what the runtime-spec has no property for (crun(1), "EXTENSIONS TO OCI").</summary>
internal static class CrunAnnotations
{
    /// <summary>The additional groups of the runtime's caller stay (Podman's <c>--group-add keep-groups</c>).</summary>
    public const string KeepOriginalGroups = Prefix + "keep_original_groups";

    /// <summary>Which mount option carries linux.mountLabel: context, fscontext, defcontext or rootcontext.</summary>
    public const string MountContextType = Prefix + "mount_context_type";

    /// <summary>A socket that receives the pidfd of init, as <c>--pidfd-socket</c>.</summary>
    public const string PidfdReceiver = Prefix + "pidfd_receiver";

    /// <summary>A socket that receives a seccomp listener, as linux.seccomp.listenerPath, which goes before it.</summary>
    public const string SeccompReceiver = Prefix + "seccomp.receiver";

    private const string Prefix = "run.oci.";
    private const string Subgroup = Prefix + "systemd.subgroup";

    private static readonly string[] s_known = [KeepOriginalGroups, MountContextType, PidfdReceiver, SeccompReceiver];
    private static readonly string[] s_contexts = ["context", "fscontext", "defcontext", "rootcontext"];

    /// <summary>The value of an annotation, or null.</summary>
    public static string? Of(OciSpec spec, string name) => spec.Annotations?.GetValueOrDefault(name);

    /// <summary>The mount option of a label.</summary>
    /// <exception cref="Errors.OciException">InvalidSpec: none of the kernel's.</exception>
    public static string ContextOption(OciSpec spec) => Of(spec, MountContextType) is not { } type ? s_contexts[0]
        : s_contexts.Contains(type) ? type
        : throw PlanBuilder.Invalid(SpecPointerOf(MountContextType), $"\"{type}\" is not one of {string.Join(", ", s_contexts)}");

    /// <summary>Says which of them ask for what is not done here.</summary>
    public static void WarnOfOthers(PlanBuilder plan, OciSpec spec)
    {
        foreach ((string name, string value) in spec.Annotations ?? [])
        {
            // No sub-cgroup is what there is without it.
            bool without = name == Subgroup && value.Length == 0;
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !s_known.Contains(name) && !without)
                plan.Warn($"{SpecPointerOf(name)}: an annotation for crun that means nothing here");
        }
    }

    private static string SpecPointerOf(string name) => Spec.Schema.SpecPointer.Property("/annotations", name);
}
