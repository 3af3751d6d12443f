using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>hostname and domainname.</summary>
internal static class HostnamePlanner
{
    public static void Add(PlanBuilder plan)
    {
        if (plan.Input.Spec.Hostname is { Length: > 0 } hostname)
        {
            NeedUts(plan, "/hostname");
            plan.Add(new HostnameStep { Hostname = hostname, SpecPointer = "/hostname" });
        }
        if (plan.Input.Spec.Domainname is { Length: > 0 } domainname)
        {
            NeedUts(plan, "/domainname");
            plan.Add(new DomainnameStep { Domainname = domainname, SpecPointer = "/domainname" });
        }
    }

    private static void NeedUts(PlanBuilder plan, string pointer)
    {
        if (!plan.Has(CloneBits.CLONE_NEWUTS))
            throw PlanBuilder.Invalid(pointer, "without a uts namespace this would rename the host", "add { \"type\": \"uts\" } to linux.namespaces");
    }
}
