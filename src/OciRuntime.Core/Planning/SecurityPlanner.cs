using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Restrictions of the process: masked and read-only paths, LSM labels, no_new_privs, seccomp.</summary>
internal static class SecurityPlanner
{
    public static void AddPaths(PlanBuilder plan)
    {
        Add(plan, plan.Linux.ReadonlyPaths, "/linux/readonlyPaths", static (path, pointer) => new ReadonlyPathStep { Path = path, IgnoreMissing = true, SpecPointer = pointer });
        Add(plan, plan.Linux.MaskedPaths, "/linux/maskedPaths", static (path, pointer) => new MaskStep { Path = path, IgnoreMissing = true, SpecPointer = pointer });
    }

    // A second mount on a path would only hide the first.
    private static void Add(PlanBuilder plan, List<string>? paths, string at, Func<string, string, LaunchStep> step)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < (paths?.Count ?? 0); i++)
        {
            if (paths![i][0] != '/')
                plan.Warn($"{at}/{i}: \"{paths[i]}\" is relative; it starts at the container's root");
            string path = ContainerPath.Clean(paths[i]);
            if (seen.Add(path))
                plan.Add(step(path, $"{at}/{i}"));
        }
    }

    public static void AddApparmor(PlanBuilder plan, OciProcess process)
    {
        if (!string.IsNullOrEmpty(process.ApparmorProfile))
            plan.Add(new AttrExecStep { Text = "exec " + process.ApparmorProfile, Attribute = "attr/apparmor/exec", SpecPointer = "/process/apparmorProfile" });
    }

    public static void AddSelinux(PlanBuilder plan, OciProcess process)
    {
        if (!string.IsNullOrEmpty(process.SelinuxLabel))
            plan.Add(new AttrExecStep { Text = process.SelinuxLabel, Attribute = "attr/exec", SpecPointer = "/process/selinuxLabel" });
    }

    public static void AddNoNewPrivileges(PlanBuilder plan, OciProcess process)
    {
        if (process.NoNewPrivileges)
            plan.Add(new NoNewPrivilegesStep { SpecPointer = "/process/noNewPrivileges" });
    }

    /// <summary>
    /// Loads the filter at one of three places. With no_new_privs a process without capabilities may load it, so few of our own calls are filtered; but
    /// a listener has to be sent before create returns.
    /// </summary>
    public static void AddSeccomp(PlanBuilder plan, OciProcess process, SeccompPlace place)
    {
        if (!IsFiltered(plan))
            return;
        SeccompProgram? recording = plan.Input.Recording, ready = recording ?? SeccompBpfData.Of(plan.Input.Spec);
        // A recording is loaded where its profile would be, and its listener stays in this process.
        bool notifies = recording is null && (ready?.NeedsListener ?? plan.Linux.Seccomp!.Notifies);
        SeccompPlace wanted = !process.NoNewPrivileges ? SeccompPlace.BeforeIdentity : notifies ? SeccompPlace.BeforeGate : SeccompPlace.BehindGate;
        if (place != wanted)
            return;
        SeccompProgram program = ready ?? plan.Input.CompileSeccomp(plan.Linux.Seccomp!);
        plan.Add(new SeccompStep { Filter = program.Filter, Flags = program.Flags, SpecPointer = recording is null && ready is not null ? SeccompBpfData.Pointer : "/linux/seccomp" });
    }

    /// <summary>Whether the process gets a filter.</summary>
    public static bool IsFiltered(PlanBuilder plan) =>
        plan.Input.Recording is not null || plan.Linux.Seccomp is { IsEmpty: false } || CrunAnnotations.Of(plan.Input.Spec, CrunAnnotations.SeccompBpfData) is not null;
}

/// <summary>Where a filter may be loaded.</summary>
internal enum SeccompPlace
{
    /// <summary>While the process still has capabilities.</summary>
    BeforeIdentity,
    /// <summary>Just before the process waits to be started.</summary>
    BeforeGate,
    /// <summary>When it is started.</summary>
    BehindGate,
}
