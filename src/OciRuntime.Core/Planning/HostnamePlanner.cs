using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>hostname and domainname.</summary>
internal static class HostnamePlanner
{
    public static void Add(PlanBuilder plan, CreatePlanInput input)
    {
        if (input.OwnNamespaces.Contains("uts"))
        {
            KernelFacts kernel = input.Host.Kernel;
            Refuse("hostname", input.Spec.Hostname, kernel.HostName);
            Refuse("domainname", input.Spec.Domainname, kernel.DomainName);
        }
        if (plan.Input.Spec.Hostname is { Length: > 0 } hostname)
            plan.Add(new HostnameStep { Hostname = hostname, SpecPointer = "/hostname" });
        if (plan.Input.Spec.Domainname is { Length: > 0 } domainname)
            plan.Add(new DomainnameStep { Domainname = domainname, SpecPointer = "/domainname" });
    }

    // The configuration of a pod in the host's namespaces names the host: setting that would change nothing.
    private static void Refuse(string property, string? value, string present)
    {
        if (!string.IsNullOrEmpty(value) && value != present)
            throw PlanBuilder.Invalid("/" + property, $"{property} needs a uts namespace of the container's own", "the uts namespace that linux.namespaces joins is the host's", Refusal.NameWithoutUtsNamespace, property);
    }
}
