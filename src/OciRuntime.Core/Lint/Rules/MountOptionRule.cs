using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>
/// An option that is none of ours is a parameter of the filesystem, which says itself what it does not know. A bind has no filesystem to
/// ask: there it is dropped.
/// </summary>
internal sealed class MountOptionRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < spec.Mounts?.Count; i++)
        {
            OciMount mount = spec.Mounts[i];
            if (mount.Options is not { } options || !(mount.Type == "bind" || MountOptions.Parse(options).Bind))
                continue;
            for (int j = 0; j < options.Count; j++)
            {
                if (MountOptions.Parse([options[j]]).Data.Count > 0)
                    issues.Add(new OciSpecIssue("UnknownMountOption", OciIssueSeverity.Warning, SpecPointer.Item(SpecPointer.Item("/mounts", i) + "/options", j), $"a bind has no option \"{options[j]}\"; it is ignored", NearestName.Hint(options[j], MountOptions.Known)));
            }
        }
    }
}
