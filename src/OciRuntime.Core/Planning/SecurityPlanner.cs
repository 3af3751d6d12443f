using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>What the process must not see or do: masked and read-only paths, LSM labels, no_new_privs, seccomp.</summary>
internal static class SecurityPlanner
{
    public static void AddPaths(PlanBuilder plan)
    {
        for (int i = 0; i < (plan.Linux.ReadonlyPaths?.Count ?? 0); i++)
        {
            plan.Add(new ReadonlyPathStep
            {
                Path = ContainerPath.Clean(plan.Linux.ReadonlyPaths![i]),
                IgnoreMissing = true,
                SpecPointer = $"/linux/readonlyPaths/{i}",
            });
        }
        var masked = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < (plan.Linux.MaskedPaths?.Count ?? 0); i++)
        {
            string path = ContainerPath.Clean(plan.Linux.MaskedPaths![i]);
            if (!masked.Add(path))
                continue;
            plan.Add(new MaskStep
            {
                Path = path,
                IgnoreMissing = true,
                SpecPointer = $"/linux/maskedPaths/{i}",
            });
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

    /// <summary>The filter, at one of two places: late, when no_new_privs lets a process without capabilities load it, so that little of what we do meets it.</summary>
    public static void AddSeccomp(PlanBuilder plan, OciProcess process, bool late)
    {
        if (plan.Linux.Seccomp is not { IsEmpty: false } seccomp || process.NoNewPrivileges != late)
            return;
        SeccompProgram program = plan.Input.CompileSeccomp(seccomp);
        plan.Add(new SeccompStep { Filter = program.Filter, Flags = program.Flags, SpecPointer = "/linux/seccomp" });
    }
}
