using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>linux.sysctl: parameters of the container's own namespaces only; any other would be the host's.</summary>
internal static class SysctlPlanner
{
    public static void Add(PlanBuilder plan)
    {
        if (plan.Linux.Sysctl is not { } parameters)
            return;
        foreach ((string name, string value) in parameters)
        {
            string pointer = "/linux/sysctl/" + PlanBuilder.Escape(name);
            string path = PathOf(name);
            if (path.Length == 0 || ContainerPath.Clean(path) != "/" + path)
                throw PlanBuilder.Invalid(pointer, $"\"{name}\" is not a kernel parameter");
            Check(plan, path, name, pointer);
            plan.Add(new SysctlStep { Path = path, Value = value, SpecPointer = pointer });
        }
    }

    /// <summary>net.ipv4.conf.eth0/1.x is net/ipv4/conf/eth0.1/x; with slashes first it is a path already (sysctl.d(5)).</summary>
    internal static string PathOf(string name)
    {
        int separator = name.AsSpan().IndexOfAny('.', '/');
        if (separator < 0 || name[separator] == '/')
            return name;
        return string.Create(name.Length, name, static (path, from) =>
        {
            for (int i = 0; i < path.Length; i++)
                path[i] = from[i] switch { '.' => '/', '/' => '.', char other => other };
        });
    }

    private static void Check(PlanBuilder plan, string path, string name, string pointer)
    {
        if (path.StartsWith("net/", StringComparison.Ordinal))
            Need(plan, CloneBits.CLONE_NEWNET, "network", name, pointer);
        else if (path.StartsWith("fs/mqueue/", StringComparison.Ordinal) || IsIpc(path))
            Need(plan, CloneBits.CLONE_NEWIPC, "ipc", name, pointer);
        else if (path == "kernel/domainname")
            Need(plan, CloneBits.CLONE_NEWUTS, "uts", name, pointer);
        else if (path == "kernel/hostname")
            throw PlanBuilder.Invalid(pointer, "the host name is set by the hostname property, not by a sysctl");
        else if (path.StartsWith("user/", StringComparison.Ordinal))
            Need(plan, CloneBits.CLONE_NEWUSER, "user", name, pointer);
        else
            throw PlanBuilder.Invalid(pointer, $"sysctl \"{name}\" is not in a separate kernel namespace");
    }

    private static void Need(PlanBuilder plan, CloneBits ns, string type, string name, string pointer)
    {
        if (!plan.Has(ns))
            throw PlanBuilder.Invalid(pointer, $"sysctl \"{name}\" is not allowed in the host's {type} namespace", $"add {{ \"type\": \"{type}\" }} to linux.namespaces");
    }

    private static bool IsIpc(string path) => path
        is "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/sem" or "kernel/shmall" or "kernel/shmmax" or "kernel/shmmni" or "kernel/shm_rmid_forced";
}
