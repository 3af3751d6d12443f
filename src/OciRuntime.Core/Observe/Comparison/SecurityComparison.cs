using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>no_new_privs, seccomp, labels, and the limits of the process itself.</summary>
internal static class SecurityComparison
{
    // proc_pid_limits(5): the name is padded to 25 characters.
    private const int LimitColumn = 26;

    public static void Compare(LaunchPlan plan, string process, Differences found)
    {
        // What the configuration does not set was inherited from this process.
        ProcessFields fields = ProcessFields.TryRead(process) ?? throw ContainerComparison.Ended(process), own = ProcessFields.TryRead("/proc/self")!;
        string noNewPrivileges = plan.Steps.Any(static step => step is NoNewPrivilegesStep) ? "1" : own["NoNewPrivs"];
        found.Check("no_new_privs", YesNo(noNewPrivileges), YesNo(fields["NoNewPrivs"]), "/process/noNewPrivileges");
        string seccomp = plan.Steps.Any(static step => step is SeccompStep) ? "2" : own["Seccomp"];
        found.Check("seccomp", Mode(seccomp), Mode(fields["Seccomp"]), "/linux/seccomp");
        foreach (AttrExecStep label in plan.Steps.OfType<AttrExecStep>())
            CompareLabel(label, process, found);
        if (plan.Steps.OfType<OomScoreStep>().FirstOrDefault() is { WarnOnly: false } score)
            found.Check("oom_score_adj", Number(score.Score), ContainerComparison.Read(process + "/oom_score_adj").Trim(), score.SpecPointer);
        CompareLimits(plan, process, found);
    }

    private static void CompareLabel(AttrExecStep step, string process, Differences found)
    {
        bool apparmor = step.Attribute.Contains("apparmor", StringComparison.Ordinal);
        string actual = ContainerComparison.Read(process + (apparmor ? "/attr/apparmor/current" : "/attr/current")).TrimEnd('\0', '\n');
        // AppArmor appends the profile's mode to its name.
        string expected = apparmor ? step.Text["exec ".Length..] : step.Text;
        int mode = apparmor ? actual.LastIndexOf(" (", StringComparison.Ordinal) : -1;
        found.Check(apparmor ? "AppArmor profile" : "SELinux label", expected, mode < 0 ? actual : actual[..mode], step.SpecPointer);
    }

    // A limit that the configuration does not name was inherited from whoever called.
    private static void CompareLimits(LaunchPlan plan, string process, Differences found)
    {
        // A heading, then one line per limit, ordered by number.
        string[] lines = ContainerComparison.Read(process + "/limits").Split('\n');
        foreach (RlimitStep limit in plan.Steps.OfType<RlimitStep>())
        {
            if (limit.SpecPointer is null || limit.Resource + 1 >= lines.Length || lines[limit.Resource + 1].Length < LimitColumn)
                continue;
            string[] words = lines[limit.Resource + 1][LimitColumn..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [string soft, string hard, ..])
                found.Check(limit.Type, limit.Detail, soft + ":" + hard, limit.SpecPointer);
        }
    }

    private static string YesNo(string value) => value == "1" ? "set" : "not set";

    private static string Mode(string value) => value switch { "2" => "a filter", "1" => "strict", _ => "none" };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
