using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Spec;

/// <summary>
/// Checks that do not depend on the machine: whether a container can be made from a configuration at all. Types and required
/// properties are checked by the reader; these are the rules between properties, and the values that the kernel would refuse.
/// </summary>
internal static class SpecValidator
{
    /// <summary>Checks a configuration before create or run.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="fileName">Name for messages; <c>config.json</c> when null.</param>
    /// <exception cref="Errors.OciException">InvalidSpec, for the first problem, with its JSON pointer.</exception>
    public static void Validate(OciSpec spec, string? fileName = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Check(spec, new SpecProblems(fileName ?? "config.json", all: null));
    }

    /// <summary>Checks a process before exec.</summary>
    /// <param name="process">The process.</param>
    /// <param name="fileName">Name for messages; <c>process.json</c> when null.</param>
    /// <exception cref="Errors.OciException">InvalidSpec; pointers start at the process.</exception>
    public static void ValidateProcess(OciProcess process, string? fileName = null)
    {
        ArgumentNullException.ThrowIfNull(process);
        ProcessRules.Check(process, string.Empty, new SpecProblems(fileName ?? "process.json", all: null));
    }

    /// <summary>Checks resources before update.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="fileName">Name for messages; <c>resources.json</c> when null.</param>
    /// <exception cref="Errors.OciException">InvalidSpec; pointers start at the resources.</exception>
    public static void ValidateResources(OciResources resources, string? fileName = null) => ValidateResources(resources, fileName, string.Empty);

    /// <param name="resources">The resources.</param>
    /// <param name="fileName">Name for messages; <c>resources.json</c> when null.</param>
    /// <param name="at">The prefix of pointers.</param>
    internal static void ValidateResources(OciResources resources, string? fileName, string at)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ResourceRules.Check(resources, at, new SpecProblems(fileName ?? "resources.json", all: null));
    }

    /// <summary>Checks the mounts of a configuration alone.</summary>
    /// <param name="spec">The configuration.</param>
    /// <exception cref="Errors.OciException">InvalidSpec, for the first problem.</exception>
    internal static void ValidateMounts(OciSpec spec) => MountRules.Check(spec, new SpecProblems("mounts", all: null));

    /// <summary>Collects all problems instead of throwing the first.</summary>
    internal static List<SpecProblem> Collect(OciSpec spec)
    {
        var all = new List<SpecProblem>();
        Check(spec, new SpecProblems("config.json", all));
        return all;
    }

    private static void Check(OciSpec spec, SpecProblems problems)
    {
        MiscellaneousRules.Check(spec, problems);
        if (spec.Process is null)
            problems.Add("/process", "is missing: a container needs a process", refusal: Refusal.NoProcess);
        else
            ProcessRules.Check(spec.Process, "/process", problems);
        NamespaceRules.Check(spec, problems);
        MountRules.Check(spec, problems);
        DeviceRules.Check(spec, problems);
        HookRules.Check(spec, problems);
        SysctlRules.Check(spec, problems);
        ResourceRules.Check(spec.Linux?.Resources, "/linux/resources", problems);
    }
}
