using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>What a machine can't do for a configuration that is right by itself.</summary>
internal sealed class HostRule(HostFacts host, string root = "") : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (issues.Exists(static issue => issue.Severity == OciIssueSeverity.Error))
            return;
        CheckPlan(spec, issues);
        CheckLabels(spec, issues);
        CheckNamespaces(spec, issues);
        CheckFilesystems(spec, issues);
        CheckControllers(spec.Linux?.Resources, issues);
    }

    // The planner says what it refuses here and would not elsewhere.
    private void CheckPlan(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (PlanRule.Refusal(spec, host, OwnNamespaces.Of(spec)) is { } error)
            issues.Add(new OciSpecIssue("HostPlan", OciIssueSeverity.Error, error.SpecPointer ?? string.Empty, error.Message, error.Hint));
    }

    private void CheckLabels(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (!string.IsNullOrEmpty(spec.Process?.ApparmorProfile) && !host.Kernel.AppArmor)
            Add(issues, "HostApparmor", "/process/apparmorProfile", "AppArmor is not active on this host", "leave the profile out, or boot with apparmor=1 security=apparmor");
        if (!string.IsNullOrEmpty(spec.Process?.SelinuxLabel) && !host.Kernel.SELinux)
            Add(issues, "HostSelinux", "/process/selinuxLabel", "SELinux is not active on this host", "leave the label out");
        if (!string.IsNullOrEmpty(spec.Linux?.MountLabel) && !host.Kernel.SELinux)
            Add(issues, "HostSelinux", "/linux/mountLabel", "SELinux is not active on this host", "leave the label out");
    }

    private void CheckNamespaces(OciSpec spec, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < (spec.Linux?.Namespaces?.Count ?? 0); i++)
        {
            OciNamespace item = spec.Linux!.Namespaces![i];
            if (!File.Exists($"{root}/proc/self/ns/{NamespaceRules.FileOf(item.Type)}"))
                Add(issues, "HostNamespace", $"/linux/namespaces/{i}", $"the kernel has no {item.Type} namespaces", null);
            else if (!string.IsNullOrEmpty(item.Path) && !File.Exists(root + item.Path))
                Add(issues, "HostNamespace", $"/linux/namespaces/{i}/path", $"{item.Path} does not exist", null);
        }
    }

    private void CheckFilesystems(OciSpec spec, List<OciSpecIssue> issues)
    {
        string? known = TextFile.TryRead(root + "/proc/filesystems");
        for (int i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            OciMount mount = spec.Mounts![i];
            bool bind = mount.Type == "bind" || mount.Options is { } options && (options.Contains("bind") || options.Contains("rbind") || options.Contains("remount"));
            if (!bind && known is not null && mount.Type is { Length: > 0 } type && type != "cgroup" && !known.Contains("\t" + type + "\n", StringComparison.Ordinal))
            {
                issues.Add(new OciSpecIssue(
                    "HostFilesystem", OciIssueSeverity.Warning, $"/mounts/{i}/type", $"the kernel does not list {type} in /proc/filesystems", "a module may still be loaded at the mount"));
            }
            if (bind && mount.Source is ['/', ..] source && !Path.Exists(root + source))
                Add(issues, "HostSource", $"/mounts/{i}/source", $"{source} does not exist", null);
        }
    }

    private void CheckControllers(OciResources? resources, List<OciSpecIssue> issues)
    {
        if (resources is null)
            return;
        Need(resources.Memory is not null, "memory", "/linux/resources/memory", issues);
        Need(resources.Cpu is { } cpu && (cpu.Shares ?? cpu.Period) is not null, "cpu", "/linux/resources/cpu", issues);
        Need(resources.Cpu is { } sets && (sets.Cpus ?? sets.Mems) is { Length: > 0 }, "cpuset", "/linux/resources/cpu", issues);
        Need(resources.Pids is not null, "pids", "/linux/resources/pids", issues);
        Need(resources.BlockIO is not null, host.Cgroups.Mode == CgroupMode.Unified ? "io" : "blkio", "/linux/resources/blockIO", issues);
        Need(resources.HugepageLimits is { Count: > 0 }, "hugetlb", "/linux/resources/hugepageLimits", issues);
        Need(resources.Rdma is { Count: > 0 }, "rdma", "/linux/resources/rdma", issues);
    }

    private void Need(bool wanted, string controller, string pointer, List<OciSpecIssue> issues)
    {
        if (!wanted || host.Rootless || host.Cgroups.UnifiedControllers.Contains(controller) || host.Cgroups.Hierarchies.Any(hierarchy => hierarchy.Controllers.Contains(controller)))
            return;
        Add(issues, "HostController", pointer, $"the {controller} cgroup controller is not there", "it may be off on the kernel's command line (cgroup_disable=) or in its configuration");
    }

    private static void Add(List<OciSpecIssue> issues, string rule, string pointer, string message, string? hint) =>
        issues.Add(new OciSpecIssue(rule, OciIssueSeverity.Error, pointer, message, hint));
}
