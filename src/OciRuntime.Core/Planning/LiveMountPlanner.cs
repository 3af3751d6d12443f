using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// Mounts for a running container. They are made as at create, in a copy of the host's mount namespace that belongs to the container's
/// user namespace. Only then does the helper join the container's mount namespace, and none of the others: no process in there can see or stop it.
/// </summary>
internal sealed class LiveMountPlanner
{
    private readonly PlanBuilder _plan;
    private readonly MountChangeInput _input;
    private readonly List<LaunchStep> _steps = new(16);

    public LiveMountPlanner(MountChangeInput input)
    {
        _input = input;
        _plan = new PlanBuilder(input);
        _ = new NamespacePlanner(_plan, own: []);
    }

    public LaunchPlan Add()
    {
        List<OciMount> mounts = _input.Spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
            Check(mounts[i], $"/mounts/{i}");
        IReadOnlyList<LaunchStep> made = AsAtCreate(out bool sources);
        Enter(sources);
        _steps.Add(new UnshareStep { Namespaces = CloneBits.CLONE_NEWNS });
        _steps.Add(new RootPropagationStep { Propagation = RootPlanner.PropagationOfAll(_plan.Linux.RootfsPropagation) });
        List<LaunchStep> later = Make(made);
        JoinMounts();
        _steps.AddRange(later);
        _steps.Add(new CommitStep());
        return new LaunchPlan(_steps) { Remarks = _plan.Build().Remarks };
    }

    /// <summary>Looks for all mounts in the order of the list, then unmounts them, the last first: a mount below another goes before it.</summary>
    public LaunchPlan Remove()
    {
        Enter(sources: false);
        JoinMounts();
        List<OciMount> mounts = _input.Spec.Mounts ?? [];
        var unmounts = new List<UnmountStep>(mounts.Count);
        for (int i = 0; i < mounts.Count; i++)
        {
            string target = MountPlanner.TargetOf(mounts[i], _input.Rootfs);
            string pointer = $"/mounts/{i}/destination";
            if (target == "/")
                throw PlanBuilder.Invalid(pointer, "the root filesystem can't be unmounted");
            unmounts.Add(new UnmountStep { Target = target, SpecPointer = pointer });
        }
        _steps.AddRange(unmounts.Select(static step => step with { LookOnly = true }));
        _steps.AddRange(Enumerable.Reverse(unmounts));
        _steps.Add(new CommitStep());
        return new LaunchPlan(_steps);
    }

    private List<LaunchStep> AsAtCreate(out bool sources)
    {
        var planner = new MountPlanner(_plan, new CreatePlanInput { Spec = _input.Spec, Id = _input.Id, Host = _input.Host, Bundle = _input.Bundle, Rootfs = _input.Rootfs });
        planner.AddMounts();
        planner.AddReadonly();
        sources = planner.HasSources && _input.JoinsUserNamespace && !_input.Host.MapsOwnIdsOnly;
        return [.. _plan.Build().Steps];
    }

    // The host's root opens the sources with its own ids, which it loses in the user namespace.
    private void Enter(bool sources)
    {
        _steps.Add(new ChangeStep());
        if (_input.Root is { } root)
            _steps.Add(new OpenRootStep { Path = root, Plain = true });
        if (sources)
            _steps.Add(new OpenSourcesStep { SpecPointer = "/mounts" });
        if (!_input.JoinsUserNamespace)
            return;
        Join(CloneBits.CLONE_NEWUSER);
        _steps.Add(new BecomeRootStep());
    }

    private void JoinMounts()
    {
        Join(CloneBits.CLONE_NEWNS);
        if (_input.Root is null)
            _steps.Add(new OpenRootStep { Path = "/", Joined = true });
    }

    private void Join(CloneBits kind) =>
        _steps.Add(new JoinNamespaceStep { Namespaces = kind, Target = new PathFd(_input.NamespaceDirectory + "/" + NamespaceKind.Of(kind).File, PlanFdAccess.Read) });

    // Adds the steps that make the mounts, and returns those that follow when the mounts can be attached.
    private List<LaunchStep> Make(IReadOnlyList<LaunchStep> steps)
    {
        var later = new List<LaunchStep>();
        var madeBy = new Dictionary<string, int>(StringComparer.Ordinal);
        LaunchStep? before = null;
        foreach (LaunchStep step in steps)
        {
            if (step is SetAttributesStep change)
            {
                // On a bind mount before it is visible; on a tmpfs after the mounts below it have been attached.
                var attributes = new AttributesStep
                {
                    Target = change.Target,
                    Of = madeBy[change.Target],
                    Set = change.Set,
                    Clear = change.Clear,
                    Recursive = change.Recursive,
                    SpecPointer = change.SpecPointer,
                };
                (before is BindStep bind && bind.Target == change.Target ? _steps : later).Add(attributes);
                continue;
            }
            var target = (TargetStep)step;
            madeBy[target.Target] = _steps.Count;
            later.Add(new AttachStep { Target = target.Target, Of = _steps.Count, SpecPointer = target.SpecPointer });
            _steps.Add(target);
            before = step;
        }
        return later;
    }

    private void Check(OciMount mount, string pointer)
    {
        var options = MountOptions.Parse(mount.Options);
        if (options.Remount)
            throw PlanBuilder.Invalid(pointer + "/options", "a remount adds nothing: only new mounts can be added to a running container");
        if (MountPlanner.TargetOf(mount, _input.Rootfs) == "/")
            throw PlanBuilder.Invalid(pointer + "/destination", "the root filesystem of a running container can't be covered");
        // Such a filesystem shows the namespaces of the process that mounts it, and the helper joins only two of the container's.
        if (!options.Bind && mount.Type is "proc" or "sysfs" or "mqueue" or "cgroup" or "cgroup2")
        {
            throw PlanBuilder.NotSupported(
                pointer + "/type", $"a {mount.Type} filesystem can't be added to a running container", "put it in the configuration of the container");
        }
    }
}
