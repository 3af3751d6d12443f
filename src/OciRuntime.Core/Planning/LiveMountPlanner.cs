using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// Mounts for a container that runs. What they are is decided as at create, in a copy of the host's mount namespace that belongs to the container's
/// user namespace; only then is the container's own joined, and none of its other namespaces: nobody in there can see or stop the helper.
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

    /// <summary>In the order of the list all are looked for, and only then unmounted, the last first: what is mounted below another goes before it.</summary>
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

    // A host's root opens sources with its own ids, which it loses in the user namespace.
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

    // The steps that make a mount; returned are those that come when it can be put at its place.
    private List<LaunchStep> Make(IReadOnlyList<LaunchStep> steps)
    {
        var later = new List<LaunchStep>();
        var madeBy = new Dictionary<string, int>(StringComparer.Ordinal);
        LaunchStep? before = null;
        foreach (LaunchStep step in steps)
        {
            if (step is SetAttributesStep change)
            {
                // Of a bind: before it is seen. Of a tmpfs: when what lies below it has its place.
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
            throw PlanBuilder.Invalid(pointer + "/options", "a remount adds nothing: only new mounts can be added to a container that runs");
        if (MountPlanner.TargetOf(mount, _input.Rootfs) == "/")
            throw PlanBuilder.Invalid(pointer + "/destination", "the root filesystem of a container that runs can't be covered");
        // It shows the namespaces of who mounts it, and the helper is in none of the container's but these two.
        if (!options.Bind && mount.Type is "proc" or "sysfs" or "mqueue" or "cgroup" or "cgroup2")
        {
            throw PlanBuilder.NotSupported(
                pointer + "/type", $"a {mount.Type} filesystem can't be added to a container that runs", "name it in the configuration that the container is created from");
        }
    }
}
