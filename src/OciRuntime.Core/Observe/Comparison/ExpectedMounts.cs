using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>The mounts that exist after all steps of a plan have run.</summary>
internal sealed class ExpectedMounts
{
    /// <summary>Attributes that are compared; those for access times are left to the filesystem.</summary>
    internal const MountAttributes Known = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV
        | MountAttributes.MOUNT_ATTR_NOEXEC | MountAttributes.MOUNT_ATTR_NOSYMFOLLOW;

    /// <summary>The visible mounts, in the order in which they are made.</summary>
    public List<ExpectedMount> Visible { get; } = [];

    /// <summary>Mount points of the others, which are hidden or made only on some hosts; one entry per mount.</summary>
    public List<string> Others { get; } = [];

    /// <summary>Mount points of hidden mounts that brought the host's mounts below them.</summary>
    public List<string> HiddenTrees { get; } = [];

    /// <summary>Works out the mounts from the plan.</summary>
    public static ExpectedMounts Of(LaunchPlan plan)
    {
        var mounts = new ExpectedMounts();
        foreach (LaunchStep step in plan.Steps)
            mounts.Follow(step);
        return mounts;
    }

    private void Follow(LaunchStep step)
    {
        switch (step)
        {
            case MountStep mount:
                Cover(mount.Target, below: true);
                Visible.Add(new(mount.Target) { Type = mount.FilesystemType, Set = mount.Attributes & Known, Clear = Known & ~mount.Attributes, SpecPointer = mount.SpecPointer });
                break;
            case BindStep bind:
                Cover(bind.Target, below: true);
                Visible.Add(new(bind.Target) { Set = bind.Set & Known, Clear = bind.Clear & Known, Recursive = bind.Recursive, SpecPointer = bind.SpecPointer });
                break;
            case SetAttributesStep { Set: MountAttributes.None, Clear: MountAttributes.None }:
                break;
            case SetAttributesStep change:
                Change(change.Target, change.Set & Known, change.Clear & Known, change.Recursive, change.SpecPointer);
                break;
            case RootReadonlyStep:
                Change("/", MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, recursive: false, step.SpecPointer);
                break;
            case ReadonlyPathStep path:
                // A clone of the existing mount, all read-only, is mounted over it.
                Cover(path.Path, below: false);
                Change(path.Path, MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, recursive: true, null);
                Visible.Add(new(path.Path) { Set = MountAttributes.MOUNT_ATTR_RDONLY, IgnoreMissing = true, Recursive = true, SpecPointer = path.SpecPointer });
                break;
            case MaskStep mask:
                Cover(mask.Path, below: true);
                Visible.Add(new(mask.Path) { IgnoreMissing = true, SpecPointer = mask.SpecPointer });
                break;
            case MakeNodeStep { BindFallback: true } node:
                Others.Add(node.Path);
                break;
            case ConsoleStep:
                Others.Add("/dev/console");
                break;
            default:
                break;
        }
    }

    private void Cover(string target, bool below)
    {
        foreach (ExpectedMount hidden in Visible.FindAll(IsHidden))
        {
            Others.Add(hidden.Target);
            if (hidden.Recursive)
                HiddenTrees.Add(hidden.Target);
        }
        Visible.RemoveAll(IsHidden);

        bool IsHidden(ExpectedMount mount) => mount.Target == target || (below && ContainerPath.IsBelow(mount.Target, target));
    }

    // Nothing more is known about a mount that came with the root filesystem, or about the root itself.
    private void Change(string target, MountAttributes set, MountAttributes clear, bool recursive, string? pointer)
    {
        bool found = false;
        for (int i = 0; i < Visible.Count; i++)
        {
            ExpectedMount mount = Visible[i];
            if (mount.Target != target && !(recursive && (target == "/" || ContainerPath.IsBelow(mount.Target, target))))
                continue;
            found |= mount.Target == target;
            Visible[i] = mount with { Set = (mount.Set | set) & ~clear, Clear = (mount.Clear | clear) & ~set };
        }
        if (!found && pointer is not null)
            Visible.Add(new(target) { Set = set, Clear = clear, SpecPointer = pointer });
    }
}
