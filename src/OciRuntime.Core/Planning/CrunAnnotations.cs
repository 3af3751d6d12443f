using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Annotations with which engines ask crun for features that have no property in the runtime-spec (crun(1), "EXTENSIONS TO OCI").</summary>
internal static class CrunAnnotations
{
    /// <summary>The process keeps the additional groups of the runtime's caller (Podman's <c>--group-add keep-groups</c>).</summary>
    public const string KeepOriginalGroups = Prefix + "keep_original_groups";

    /// <summary>The file to which the stdout of hooks is appended.</summary>
    public const string HooksStdout = Prefix + "hooks.stdout";

    /// <summary>The file to which the stderr of hooks is appended.</summary>
    public const string HooksStderr = Prefix + "hooks.stderr";

    /// <summary>Which mount option carries linux.mountLabel: context, fscontext, defcontext or rootcontext.</summary>
    public const string MountContextType = Prefix + "mount_context_type";

    /// <summary>A socket that receives the pidfd of init, like that of <c>--pidfd-socket</c>.</summary>
    public const string PidfdReceiver = Prefix + "pidfd_receiver";

    /// <summary>A seccomp program (struct sock_filter[] in base64) that replaces the rules of linux.seccomp.</summary>
    public const string SeccompBpfData = Prefix + "seccomp_bpf_data";

    /// <summary>A socket that receives the seccomp listener; linux.seccomp.listenerPath takes precedence over it.</summary>
    public const string SeccompReceiver = Prefix + "seccomp.receiver";

    /// <summary>The prefix of all of them.</summary>
    public const string Prefix = "run.oci.";

    private static readonly string[] s_known = [InnerCgroups.DelegateAnnotation, InnerCgroups.SubgroupAnnotation, HooksStderr, HooksStdout, KeepOriginalGroups, MountContextType, PidfdReceiver, SeccompBpfData, SeccompReceiver];
    private static readonly string[] s_contexts = ["context", "fscontext", "defcontext", "rootcontext"];

    /// <summary>The value of an annotation, or null.</summary>
    public static string? Of(OciSpec spec, string name) => spec.Annotations?.GetValueOrDefault(name);

    /// <summary>The file that an annotation names, or null; a relative path is resolved against the bundle.</summary>
    public static string? FileOf(IReadOnlyDictionary<string, string>? annotations, string name, string bundle) =>
        annotations?.GetValueOrDefault(name) is { } file ? Path.GetFullPath(file, bundle) : null;

    /// <summary>The mount option that carries linux.mountLabel.</summary>
    /// <exception cref="Errors.OciException">InvalidSpec: the kernel has no such option.</exception>
    public static string ContextOption(OciSpec spec) => Of(spec, MountContextType) is not { } type ? s_contexts[0]
        : s_contexts.Contains(type) ? type
        : throw PlanBuilder.Invalid(SpecPointerOf(MountContextType), $"\"{type}\" is not one of {string.Join(", ", s_contexts)}");

    /// <summary>Warns of each annotation that has no effect in this runtime.</summary>
    public static void WarnOfOthers(PlanBuilder plan, CreatePlanInput input)
    {
        foreach (string name in input.Spec.Annotations?.Keys.ToArray() ?? [])
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !s_known.Contains(name))
                plan.Warn($"{SpecPointerOf(name)}: this crun annotation has no effect here");
        }
        // An empty name is the same as no annotation.
        if (Of(input.Spec, InnerCgroups.SubgroupAnnotation) is { Length: > 0 } && input.InnerCgroups.Subgroup.Length == 0)
            plan.Warn($"{SpecPointerOf(InnerCgroups.SubgroupAnnotation)}: has no effect here: the container's cgroup is not a scope of systemd on cgroup v2");
        if (Of(input.Spec, InnerCgroups.DelegateAnnotation) is { Length: > 0 } && input.CgroupPaths.Count == 0)
            plan.Warn($"{SpecPointerOf(InnerCgroups.DelegateAnnotation)}: has no effect here: the container has no cgroup of its own");
    }

    /// <summary>The JSON pointer of an annotation.</summary>
    public static string SpecPointerOf(string name) => Spec.Schema.SpecPointer.Property("/annotations", name);
}
