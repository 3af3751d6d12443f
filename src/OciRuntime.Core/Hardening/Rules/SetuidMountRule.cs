using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>A mount on which a set-user-id program can be placed and works.</summary>
internal sealed class SetuidMountRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (facts.Spec.Process?.NoNewPrivileges == true)
            yield break;
        for (int i = 0; i < facts.Spec.Mounts?.Count; i++)
        {
            OciMount mount = facts.Spec.Mounts[i];
            var options = MountOptions.Parse(mount.Options);
            bool holdsFiles = mount.Type is "tmpfs" or "bind" || options.Bind;
            if (holdsFiles && (options.AllSet & (MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID)) == 0)
            {
                yield return new OciSecurityFinding(
                    "SetuidMount", OciSecuritySeverity.Low, SpecPointer.Item("/mounts", i), $"a set-user-id program placed on {mount.Destination} works",
                    "the mount option nosuid");
            }
        }
    }
}
