using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Network;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Features of a valid configuration that a machine lacks.</summary>
internal sealed class HostRule(HostFacts host, string root = "") : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (issues.Exists(static issue => issue.Level == OciIssueSeverity.Error))
            return;
        CheckPlan(spec, issues);
        CheckLabels(spec, issues);
        CheckNamespaces(spec, issues);
        CheckFilesystems(spec, issues);
        CheckResources(spec.Linux, issues);
        CheckLinux(spec.Linux, issues);
    }

    // Reports what the planner refuses on this machine.
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
            if (!Inode.Exists($"{root}/proc/self/ns/{NamespaceKind.FileOf(item.Type)}"))
                Add(issues, "HostNamespace", $"/linux/namespaces/{i}", $"the kernel has no {item.Type} namespaces", null);
            else if (!string.IsNullOrEmpty(item.Path) && !Inode.Exists(root + item.Path))
                Add(issues, "HostNamespace", $"/linux/namespaces/{i}/path", $"{item.Path} does not exist", null);
        }
    }

    private void CheckFilesystems(OciSpec spec, List<OciSpecIssue> issues)
    {
        string? known = TextFile.TryRead(root + "/proc/filesystems");
        for (int i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            OciMount mount = spec.Mounts![i];
            var options = MountOptions.Parse(mount.Options);
            if (options.Remount)
                continue; // changes an existing mount: type and source don't matter
            bool bind = mount.Type == "bind" || options.Bind;
            if (!bind && known is not null && mount.Type is { Length: > 0 } type && type != "cgroup" && !known.Contains("\t" + type + "\n", StringComparison.Ordinal))
            {
                issues.Add(new OciSpecIssue(
                    "HostFilesystem", OciIssueSeverity.Warning, $"/mounts/{i}/type", $"the kernel does not list {type} in /proc/filesystems", "the mount may still load a module"));
            }
            if (bind && mount.Source is ['/', ..] source && !Inode.Exists(root + source))
                Add(issues, "HostSource", $"/mounts/{i}/source", $"{source} does not exist", null);
        }
    }

    private void CheckResources(OciLinux? linux, List<OciSpecIssue> issues)
    {
        foreach (OciException problem in linux?.Resources is { } resources ? CgroupCheck.Of(host, resources) : [])
            Add(issues, "HostController", problem.SpecPointer ?? "/linux/resources", problem.Message, problem.Hint);
        if (linux?.IntelRdt is not null && !Inode.IsDirectory(root + "/sys/fs/resctrl/info"))
            Add(issues, "HostResctrl", "/linux/intelRdt", "resctrl is not mounted on /sys/fs/resctrl", "mount -t resctrl resctrl /sys/fs/resctrl; this needs a processor with RDT and CONFIG_X86_CPU_RESCTRL");
    }

    private void CheckLinux(OciLinux? linux, List<OciSpecIssue> issues)
    {
        foreach (string name in linux?.NetDevices?.Keys ?? Enumerable.Empty<string>())
        {
            if (!host.Rootless && !NetworkDevice.Exists(name))
                Add(issues, "HostNetDevice", SpecPointer.Property("/linux/netDevices", name), $"there is no network device {name}", "ip link shows the devices of this network namespace");
        }
        if (linux?.Seccomp is { ListenerPath: { Length: > 0 } listener } seccomp && seccomp.Notifies && !Inode.Exists(root + listener))
            Add(issues, "HostListener", "/linux/seccomp/listenerPath", $"{listener} does not exist", "the seccomp agent must listen there before the container is created");
    }

    private static void Add(List<OciSpecIssue> issues, string rule, string pointer, string message, string? hint) =>
        issues.Add(new OciSpecIssue(rule, OciIssueSeverity.Error, pointer, message, hint));
}
