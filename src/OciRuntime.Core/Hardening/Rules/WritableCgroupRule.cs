using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>A writable cgroup filesystem: the container can lift its limits, and set v1's release_agent, a program that the kernel runs on the host.</summary>
internal sealed class WritableCgroupRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        for (int i = 0; i < facts.Spec.Mounts?.Count; i++)
        {
            OciMount mount = facts.Spec.Mounts[i];
            if (mount.Type is "cgroup" or "cgroup2" && (MountOptions.Parse(mount.Options).AllSet & MountAttributes.MOUNT_ATTR_RDONLY) == 0)
            {
                yield return new OciSecurityFinding(
                    "WritableCgroup", facts.IsHostRoot ? OciSecuritySeverity.High : OciSecuritySeverity.Low, SpecPointer.Item("/mounts", i),
                    "the container's own limits can be lifted, and release_agent of cgroup v1 set", "the mount option ro");
            }
        }
    }
}
