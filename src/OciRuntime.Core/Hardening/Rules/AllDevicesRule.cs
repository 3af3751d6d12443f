using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>Every device of a kind may be read or written.</summary>
internal sealed class AllDevicesRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        int block = -1, character = -1;
        for (int i = 0; i < facts.Spec.Linux?.Resources?.Devices?.Count; i++)
        {
            if (Parse(facts, i) is not { Major: null } rule || (rule.Access & (DeviceAccess.Read | DeviceAccess.Write)) == 0)
                continue;
            if (rule.Type is 'a' or 'b')
                block = rule.Allow ? i : -1;
            if (rule.Type is 'a' or 'c')
                character = rule.Allow ? i : -1;
        }
        foreach (int index in new[] { block, character }.Where(static index => index >= 0).Distinct())
        {
            yield return new OciSecurityFinding(
                "AllDevices", facts.HasUserNamespace ? OciSecuritySeverity.High : OciSecuritySeverity.Critical, SpecPointer.Item(DeviceRule.Pointer, index),
                index == block ? "every disk of the machine can be read and written through its node" : "every character device of the machine can be used, including its memory",
                "allow only the needed devices, by number");
        }
    }

    // A rule that can't be parsed is not this review's concern: no container can be made from it.
    private static DeviceRule? Parse(SecurityFacts facts, int index)
    {
        try
        {
            return DeviceRule.Parse(facts.Spec.Linux!.Resources!.Devices![index], SpecPointer.Item(DeviceRule.Pointer, index));
        }
        catch (OciException)
        {
            return null;
        }
    }
}
