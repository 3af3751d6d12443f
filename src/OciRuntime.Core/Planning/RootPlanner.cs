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
        // Slave: new mounts of the host keep appearing below bind mounts, and none of the container's reaches the host.
        _plan.Add(new RootPropagationStep { Propagation = OfAll(_propagation), SpecPointer = PropagationPointer });
        // The root is mounted first: newer kernels list mountinfo in that order, and programs take its first line for the root.
        _plan.Add(new OpenRootStep { Path = _input.Rootfs, IsolateParent = IsShared, SpecPointer = "/root/path" });
        if (_plan.Linux.MaskedPaths is { Count: > 0 })
            _plan.Add(new OpenDevNullStep());
    }

    public void AddPivot()
    {
        _plan.Add(new PivotRootStep { MoveAndChroot = _input.NoPivot && !_plan.SharesMounts, ChrootOnly = _plan.SharesMounts, OldRoot = IsShared ? Propagation.MS_SLAVE | Propagation.MS_REC : Propagation.None });
    }

    /// <summary>Comes after the last mount: "/" is the container's own by now, and already private.</summary>
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

    /// <summary>The propagation of the host's mounts in the mount namespace that the container's are made in.</summary>
    /// <param name="rootfsPropagation">linux.rootfsPropagation.</param>
    public static Propagation PropagationOfAll(string? rootfsPropagation) => OfAll(PropagationNames.Parse(rootfsPropagation));

    private static Propagation OfAll(Propagation root) => root switch
    {
        0 => Propagation.MS_SLAVE | Propagation.MS_REC,
        // An unbindable root could not be bound, so it becomes unbindable last; until then it is private.
        _ when (root & Propagation.MS_UNBINDABLE) != 0 => Propagation.MS_PRIVATE | Propagation.MS_REC,
        // Mounts below a shared root keep the propagation that they have on the host.
        _ when (root & Propagation.MS_SHARED) != 0 => root,
        // Mounts below the root don't reach the host either.
        _ => root | Propagation.MS_REC,
    };
}
