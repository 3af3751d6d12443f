using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>hostname and domainname.</summary>
internal static class HostnamePlanner
{
    public static void Add(PlanBuilder plan)
    {
        if (plan.Input.Spec.Hostname is { Length: > 0 } hostname)
            plan.Add(new HostnameStep { Hostname = hostname, SpecPointer = "/hostname" });
        if (plan.Input.Spec.Domainname is { Length: > 0 } domainname)
            plan.Add(new DomainnameStep { Domainname = domainname, SpecPointer = "/domainname" });
    }
}
