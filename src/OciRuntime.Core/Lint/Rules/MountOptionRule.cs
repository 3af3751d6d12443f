using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>
/// Any option that is not a mount option is a parameter of the filesystem, which refuses unknown ones itself. A bind mount has no filesystem to
/// do that, so its unknown options are ignored.
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
                    issues.Add(new OciSpecIssue("UnknownMountOption", OciIssueSeverity.Warning, SpecPointer.Item(SpecPointer.Item("/mounts", i) + "/options", j), $"a bind mount has no option \"{options[j]}\"; it is ignored", NearestName.Hint(options[j], MountOptions.Known)));
            }
        }
    }
}
