using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>mounts and the propagation of the root.</summary>
internal static class MountRules
{
    public static void Check(OciSpec spec, SpecProblems problems)
    {
        for (int i = 0; i < spec.Mounts?.Count; i++)
            Mount(spec.Mounts[i], SpecPointer.Item("/mounts", i), problems);
        if (spec.Linux?.RootfsPropagation is { Length: > 0 } propagation)
            problems.OneOf("/linux/rootfsPropagation", "propagation", propagation, PropagationNames.All);
    }

    private static void Mount(OciMount mount, string at, SpecProblems problems)
    {
        if (string.IsNullOrEmpty(mount.Destination))
            problems.Add(at + "/destination", "must not be empty");
        problems.NoNul(at + "/destination", mount.Destination);
        problems.NoNul(at + "/source", mount.Source);
        problems.NoNul(at + "/type", mount.Type);
        bool bind = mount.Type == "bind";
        bool idmap = false, remount = false;
        for (int i = 0; i < mount.Options?.Count; i++)
        {
            bind |= mount.Options[i] is "bind" or "rbind";
            remount |= mount.Options[i] == "remount";
            idmap |= mount.Options[i] is "idmap" or "ridmap";
            problems.NoNul(SpecPointer.Item(at + "/options", i), mount.Options[i]);
        }
        if (bind && !remount && string.IsNullOrEmpty(mount.Source))
            problems.Add(at + "/source", "a bind mount needs a source");
        bool uids = mount.UidMappings is { Count: > 0 };
        bool gids = mount.GidMappings is { Count: > 0 };
        if (uids != gids)
            problems.Add(at, "an id-mapped mount needs uidMappings and gidMappings", refusal: Refusal.HalfMappedMount);
        if ((uids || gids || idmap) && !bind)
            problems.Add(at, "only a bind mount can be id-mapped", refusal: Refusal.MappedMountNotBind);
        IdMap.Check(at + "/uidMappings", mount.UidMappings, problems);
        IdMap.Check(at + "/gidMappings", mount.GidMappings, problems);
    }
}
