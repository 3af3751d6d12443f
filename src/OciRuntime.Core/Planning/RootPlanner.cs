using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>root and linux.rootfsPropagation: how the root filesystem becomes "/".</summary>
internal sealed class RootPlanner
{
    private readonly PlanBuilder _plan;
    private readonly CreatePlanInput _input;
    private readonly Propagation _propagation;

    public RootPlanner(PlanBuilder plan, CreatePlanInput input)
    {
        _plan = plan;
        _input = input;
        _propagation = PropagationNames.Parse(plan.Linux.RootfsPropagation);
    }

    private string? PropagationPointer => _propagation == 0 ? null : "/linux/rootfsPropagation";

    private bool IsShared => (_propagation & Propagation.MS_SHARED) != 0;

    public void AddOpen()
    {
        if (_plan.SharesMounts)
        {
            _plan.Add(new OpenRootStep { Path = _input.Rootfs, Plain = true, SpecPointer = "/root/path" });
            return;
        }
        // Slave: mounts of the host go on to appear below binds, and none of the container's reaches the host.
        _plan.Add(new RootPropagationStep { Propagation = OfAll(_propagation), SpecPointer = PropagationPointer });
        // The first mount that is made: mountinfo of newer kernels has them in that order, and programs take its first line for the root.
        _plan.Add(new OpenRootStep { Path = _input.Rootfs, IsolateParent = IsShared, SpecPointer = "/root/path" });
        if (_plan.Linux.MaskedPaths is { Count: > 0 })
            _plan.Add(new OpenDevNullStep());
    }

    public void AddPivot()
    {
        _plan.Add(new PivotRootStep { MoveAndChroot = _input.NoPivot && !_plan.SharesMounts, ChrootOnly = _plan.SharesMounts, OldRoot = IsShared ? Propagation.MS_SLAVE | Propagation.MS_REC : Propagation.None });
    }

    /// <summary>When nothing more is mounted: "/" is the container's now, and private is what it is already.</summary>
    public void AddPropagation()
    {
        if (_propagation != 0 && (_propagation & Propagation.MS_PRIVATE) == 0)
            _plan.Add(new SetAttributesStep { Target = "/", Propagation = _propagation, SpecPointer = PropagationPointer });
    }

    public void AddReadonly()
    {
        if (_input.Spec.Root is { Readonly: true })
            _plan.Add(new RootReadonlyStep { SpecPointer = "/root/readonly" });
    }

    /// <summary>What the host's mounts become in the copy in which the container's are made.</summary>
    /// <param name="rootfsPropagation">linux.rootfsPropagation.</param>
    public static Propagation PropagationOfAll(string? rootfsPropagation) => OfAll(PropagationNames.Parse(rootfsPropagation));

    private static Propagation OfAll(Propagation root) => root switch
    {
        0 => Propagation.MS_SLAVE | Propagation.MS_REC,
        // What is unbindable can't be bound yet: that comes last, and private is the rest of it.
        _ when (root & Propagation.MS_UNBINDABLE) != 0 => Propagation.MS_PRIVATE | Propagation.MS_REC,
        // Mounts below a shared root are what they are on the host.
        _ when (root & Propagation.MS_SHARED) != 0 => root,
        // Nothing that is mounted below the root reaches the host either.
        _ => root | Propagation.MS_REC,
    };
}
