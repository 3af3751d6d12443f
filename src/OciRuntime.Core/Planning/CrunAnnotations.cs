using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Annotations by which engines ask crun for what the runtime-spec has no property for (crun(1), "EXTENSIONS TO OCI").</summary>
internal static class CrunAnnotations
{
    /// <summary>The additional groups of the runtime's caller stay (Podman's <c>--group-add keep-groups</c>).</summary>
    public const string KeepOriginalGroups = Prefix + "keep_original_groups";

    /// <summary>A file that what hooks print to stdout is added to.</summary>
    public const string HooksStdout = Prefix + "hooks.stdout";

    /// <summary>A file that what hooks print to stderr is added to.</summary>
    public const string HooksStderr = Prefix + "hooks.stderr";

    /// <summary>Which mount option carries linux.mountLabel: context, fscontext, defcontext or rootcontext.</summary>
    public const string MountContextType = Prefix + "mount_context_type";

    /// <summary>A socket that receives the pidfd of init, as <c>--pidfd-socket</c>.</summary>
    public const string PidfdReceiver = Prefix + "pidfd_receiver";

    /// <summary>A seccomp program in base64, struct sock_filter[], in place of the rules of linux.seccomp.</summary>
    public const string SeccompBpfData = Prefix + "seccomp_bpf_data";

    /// <summary>A socket that receives a seccomp listener, as linux.seccomp.listenerPath, which goes before it.</summary>
    public const string SeccompReceiver = Prefix + "seccomp.receiver";

    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "run.oci.";

    private static readonly string[] s_known = [InnerCgroups.DelegateAnnotation, InnerCgroups.SubgroupAnnotation, HooksStderr, HooksStdout, KeepOriginalGroups, MountContextType, PidfdReceiver, SeccompBpfData, SeccompReceiver];
    private static readonly string[] s_contexts = ["context", "fscontext", "defcontext", "rootcontext"];

    /// <summary>The value of an annotation, or null.</summary>
    public static string? Of(OciSpec spec, string name) => spec.Annotations?.GetValueOrDefault(name);

    /// <summary>The file that an annotation names, or null; a relative path starts at the bundle.</summary>
    public static string? FileOf(IReadOnlyDictionary<string, string>? annotations, string name, string bundle) =>
        annotations?.GetValueOrDefault(name) is { } file ? Path.GetFullPath(file, bundle) : null;

    /// <summary>The mount option of a label.</summary>
    /// <exception cref="Errors.OciException">InvalidSpec: none of the kernel's.</exception>
    public static string ContextOption(OciSpec spec) => Of(spec, MountContextType) is not { } type ? s_contexts[0]
        : s_contexts.Contains(type) ? type
        : throw PlanBuilder.Invalid(SpecPointerOf(MountContextType), $"\"{type}\" is not one of {string.Join(", ", s_contexts)}");

    /// <summary>Says which of them ask for what is not done here.</summary>
    public static void WarnOfOthers(PlanBuilder plan, CreatePlanInput input)
    {
        foreach (string name in input.Spec.Annotations?.Keys.ToArray() ?? [])
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !s_known.Contains(name))
                plan.Warn($"{SpecPointerOf(name)}: an annotation for crun that means nothing here");
        }
        // An empty name is none: what there is without it.
        if (Of(input.Spec, InnerCgroups.SubgroupAnnotation) is { Length: > 0 } && input.InnerCgroups.Subgroup.Length == 0)
            plan.Warn($"{SpecPointerOf(InnerCgroups.SubgroupAnnotation)}: means nothing here: the container's cgroup is not a scope of systemd on cgroup v2");
        if (Of(input.Spec, InnerCgroups.DelegateAnnotation) is { Length: > 0 } && input.CgroupPaths.Count == 0)
            plan.Warn($"{SpecPointerOf(InnerCgroups.DelegateAnnotation)}: means nothing here: the container has no cgroup of its own");
    }

    /// <summary>Where an annotation stands.</summary>
    public static string SpecPointerOf(string name) => Spec.Schema.SpecPointer.Property("/annotations", name);
}
