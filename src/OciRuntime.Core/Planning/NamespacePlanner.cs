using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>linux.namespaces: which of them are made by the clone, unshared or joined, and when.</summary>
internal sealed class NamespacePlanner
{
    private readonly PlanBuilder _plan;
    private readonly List<OciNamespace> _list;

    public NamespacePlanner(PlanBuilder plan, IReadOnlyList<string> own)
    {
        _plan = plan;
        _list = plan.Linux.Namespaces ?? [];
        for (int i = 0; i < _list.Count; i++)
        {
            CloneBits kind = KindOf(_list[i].Type, i);
            plan.Namespaces |= kind;
            if (!string.IsNullOrEmpty(_list[i].Path))
                plan.Joined |= kind;
        }
        plan.SharesMounts = HostMounts.AreShared(plan, own);
        if (plan.SharesMounts)
        {
            HostMounts.Check(plan);
            plan.Namespaces &= ~CloneBits.CLONE_NEWNS;
            plan.Joined &= ~CloneBits.CLONE_NEWNS;
        }
        if (plan.Input.Host.MapsOwnIdsOnly && !plan.Has(CloneBits.CLONE_NEWUSER))
            throw PlanBuilder.Invalid("/linux/namespaces", "a rootless container requires a user namespace", "add { \"type\": \"user\" } and mappings", Refusal.NoUserNamespace);
    }

    /// <summary>The namespaces that this launch makes.</summary>
    public CloneBits New => _plan.Namespaces & ~_plan.Joined;

    /// <summary>Stage one: everything before the clone.</summary>
    public void AddJoins()
    {
        // containerd and CRI-O repeat the mappings of the namespace that they want joined. Different ones are refused after the join (CheckMapsStep).
        if ((_plan.Joined & CloneBits.CLONE_NEWUSER) != 0 && (_plan.Linux.UidMappings is { Count: > 0 } || _plan.Linux.GidMappings is { Count: > 0 }))
            _plan.Warn("/linux/uidMappings: ignored: the user namespace that is joined has its own");
        // The host's root may join anything, but loses that right when it joins a user namespace; other users gain it only there.
        bool userFirst = _plan.Input.Host.Rootless;
        if (userFirst)
            Join(CloneBits.CLONE_NEWUSER);
        Join(CloneBits.CLONE_NEWIPC | CloneBits.CLONE_NEWUTS | CloneBits.CLONE_NEWNET | CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWTIME | CloneBits.CLONE_NEWNS);
        // With a user namespace the process joins its cgroup by files that the runtime has opened, which work from any cgroup namespace.
        if (_plan.Has(CloneBits.CLONE_NEWUSER))
            Join(CloneBits.CLONE_NEWCGROUP);
        if (!userFirst)
            Join(CloneBits.CLONE_NEWUSER);
        if ((New & CloneBits.CLONE_NEWUSER) != 0)
        {
            _plan.Add(new UnshareStep { Namespaces = CloneBits.CLONE_NEWUSER, SpecPointer = Pointer(CloneBits.CLONE_NEWUSER) });
            _plan.Add(new AwaitStep { Reason = AwaitReason.IdMaps, SpecPointer = "/linux/uidMappings" });
            RuntimePlanner.AddIdMaps(_plan);
        }
        if (_plan.Has(CloneBits.CLONE_NEWUSER))
            _plan.Add(new BecomeRootStep { SpecPointer = Pointer(CloneBits.CLONE_NEWUSER) });
        if ((New & CloneBits.CLONE_NEWTIME) != 0)
        {
            _plan.Add(new UnshareStep { Namespaces = CloneBits.CLONE_NEWTIME, SpecPointer = Pointer(CloneBits.CLONE_NEWTIME) });
            if (_plan.Linux.TimeOffsets is { Count: > 0 } offsets)
                _plan.Add(new TimeOffsetsStep { Text = OffsetLines(offsets), SpecPointer = "/linux/timeOffsets" });
        }
    }

    /// <summary>Namespaces that the clone makes. The cgroup namespace waits until the process is in its cgroup.</summary>
    public CloneBits CloneFlags => New & ~(CloneBits.CLONE_NEWUSER | CloneBits.CLONE_NEWTIME | CloneBits.CLONE_NEWCGROUP);

    /// <summary>Stage two, after the cgroup joins.</summary>
    public void AddCgroupNamespace()
    {
        if ((New & CloneBits.CLONE_NEWCGROUP) != 0)
            _plan.Add(new UnshareStep { Namespaces = CloneBits.CLONE_NEWCGROUP, SpecPointer = Pointer(CloneBits.CLONE_NEWCGROUP) });
        else if (!_plan.Has(CloneBits.CLONE_NEWUSER))
            Join(CloneBits.CLONE_NEWCGROUP);
    }

    /// <summary>Brings the loopback interface of a new network namespace up.</summary>
    public void AddLoopback()
    {
        if ((New & CloneBits.CLONE_NEWNET) != 0)
            _plan.Add(new LoopbackUpStep { SpecPointer = Pointer(CloneBits.CLONE_NEWNET) });
    }

    private void Join(CloneBits kinds)
    {
        for (int i = 0; i < _list.Count; i++)
        {
            CloneBits kind = KindOf(_list[i].Type, i) & kinds & _plan.Joined;
            if (kind == 0)
                continue;
            _plan.Add(new JoinNamespaceStep
            {
                Namespaces = kind,
                Target = new PathFd(_list[i].Path!, PlanFdAccess.Read),
                SpecPointer = $"/linux/namespaces/{i}",
            });
        }
    }

    private string Pointer(CloneBits kind) => $"/linux/namespaces/{_list.FindIndex(item => item.Type == NamespaceKind.Of(kind).Type)}";

    private static string OffsetLines(Dictionary<string, OciTimeOffset> offsets)
    {
        var text = new StringBuilder();
        foreach ((string clock, OciTimeOffset offset) in offsets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{clock} {offset.Secs} {offset.Nanosecs}\n");
        }
        return text.ToString();
    }

    private static CloneBits KindOf(string type, int index) => NamespaceKind.Of(type)?.Flag ?? throw PlanBuilder.Invalid(
        $"/linux/namespaces/{index}/type", $"unknown namespace type \"{type}\"", "one of " + string.Join(", ", NamespaceKind.Types));
}
