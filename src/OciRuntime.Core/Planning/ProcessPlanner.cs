using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>process: its user, its working directory, its program.</summary>
internal sealed class ProcessPlanner
{
    private readonly PlanBuilder _plan;
    private readonly OciProcess _process;
    private readonly List<string> _env;

    public ProcessPlanner(PlanBuilder plan, OciProcess process)
    {
        _plan = plan;
        _process = process;
        _env = Environment(process);
    }

    private uint Uid => _process.User?.Uid ?? 0;

    private string SearchPath => _env.Find(static entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?["PATH=".Length..] ?? string.Empty;

    private string? UserPointer => _process.User is null ? null : "/process/user";

    /// <summary>The working directory must exist before the root becomes read-only, and before a seccomp filter that may forbid making it.</summary>
    public void AddDirectory(bool readonlyRoot)
    {
        bool filtered = SecurityPlanner.IsFiltered(_plan) && !_process.NoNewPrivileges;
        if ((readonlyRoot || filtered) && _process.Cwd != "/")
            _plan.Add(new MakeDirectoryStep { Path = ContainerPath.Clean(_process.Cwd), SpecPointer = "/process/cwd" });
    }

    /// <summary>Bounding set, user and capabilities, in the only order in which each step still has the privilege it needs; the working directory before and after.</summary>
    public void AddIdentity(bool makeDirectory)
    {
        // A user may have a working directory that only root may enter (as in runc).
        bool twice = Uid != 0 && _process.Cwd != "/";
        _plan.Add(new ChdirStep { Path = _process.Cwd, Try = twice ? ChdirTry.Privileged : ChdirTry.Only, Make = makeDirectory, SpecPointer = "/process/cwd" });
        (CapBoundingStep bounding, CapabilitiesStep sets) = Capabilities(_process.Capabilities ?? new OciCapabilities());
        _plan.Add(bounding);
        AddUser();
        _plan.Add(sets);
        if (twice)
            _plan.Add(new ChdirStep { Path = _process.Cwd, Try = ChdirTry.AsUser, SpecPointer = "/process/cwd" });
    }

    /// <summary>The environment of hooks in the container that have none: the process's, without the variables that depend on its pid.</summary>
    public List<string> HookEnvironment => _env.FindAll(static entry => !entry.StartsWith("LISTEN_", StringComparison.Ordinal));

    /// <summary>Finds the program.</summary>
    public void AddLookup()
    {
        _plan.Add(new LookupStep { Program = _process.Args![0], SearchPath = SearchPath, SpecPointer = "/process/args/0" });
    }

    /// <summary>Inherited descriptors and the program itself.</summary>
    public void AddExec()
    {
        int number = 3;
        foreach (int fd in _plan.Input.ListenFds)
            _plan.Add(new KeepFdStep { Fd = new InheritedFd(fd), Number = number++ });
        foreach (int fd in _plan.Input.PreserveFds)
            _plan.Add(new KeepFdStep { Fd = new InheritedFd(fd), Number = number++ });
        _plan.Add(new ExecStep { Args = _process.Args!, Env = _env, PatchListenPid = _plan.Input.ListenFds.Count > 0, SpecPointer = "/process/args" });
    }

    private void AddUser()
    {
        OciUser user = _process.User ?? new OciUser();
        List<uint>? groups = user.AdditionalGids ?? [];
        // A user without a range of subordinate ids has to give up setgroups(2) to write a gid map (user_namespaces(7)).
        if (_plan.Input.Host.MapsOwnIdsOnly && _plan.Linux.GidMappings is [{ Size: 1 }])
        {
            if (groups.Count > 0)
            {
                throw PlanBuilder.Invalid(
                    "/process/user/additionalGids", "a rootless container that maps one group can't have additional groups",
                    "map a range of /etc/subgid in linux.gidMappings to use the groups of that range", Refusal.GroupsOfRootless);
            }
            groups = null;
        }
        if (CrunAnnotations.Of(_plan.Input.Spec, CrunAnnotations.KeepOriginalGroups) is not null)
            groups = null;
        _plan.Add(new UserStep
        {
            Uid = user.Uid,
            Gid = user.Gid,
            Groups = groups,
            Umask = user.Umask ?? 0x12, // 0022
            OwnStdio = user.Uid != 0 || _plan.Has(CloneBits.CLONE_NEWUSER),
            SpecPointer = UserPointer,
        });
    }

    private (CapBoundingStep Bounding, CapabilitiesStep Sets) Capabilities(OciCapabilities capabilities)
    {
        string? pointer = _process.Capabilities is null ? null : "/process/capabilities";
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        ulong permitted = CapabilityNames.Set(capabilities.Permitted, unknown), inheritable = CapabilityNames.Set(capabilities.Inheritable, unknown);
        ulong ambient = CapabilityNames.Set(capabilities.Ambient, unknown), effective = CapabilityNames.Set(capabilities.Effective, unknown);
        var bounding = new CapBoundingStep { Keep = CapabilityNames.Set(capabilities.Bounding, unknown), SpecPointer = pointer };
        if (unknown.Count > 0)
            _plan.Warn($"/process/capabilities: left out, since these names are unknown: {string.Join(", ", unknown)}", PlanWarningKind.UnknownCapabilities, string.Join(' ', unknown));
        // The kernel refuses an ambient capability that is not in both sets (capabilities(7)), but configurations ask for such.
        ulong raised = ambient & permitted & inheritable;
        for (int bit = 0; ambient != raised && bit < CapabilityNames.All.Count; bit++)
        {
            if (((ambient & ~raised) >> bit & 1) != 0)
                _plan.Warn($"can't raise ambient capability {CapabilityNames.All[bit]}: it is not both permitted and inheritable");
        }
        return (bounding, new CapabilitiesStep { Effective = effective, Permitted = permitted, Inheritable = inheritable, Ambient = raised, SpecPointer = pointer });
    }

    // If a name occurs twice, only the last value is passed on, so that every program reads the same.
    private List<string> Environment(OciProcess process)
    {
        List<string> given = process.Env ?? [];
        var env = new List<string>(given.Count + 3);
        var names = new HashSet<string>(given.Count, StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = given.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> entry = given[i];
            int equals = entry.IndexOf('=');
            bool replaced = _plan.Input.Home is not null && entry.StartsWith("HOME=");
            bool ours = _plan.Input.ListenFds.Count > 0 && entry[..equals] is "LISTEN_FDS" or "LISTEN_PID";
            if (lookup.Add(entry[..equals]) && !replaced && !ours)
                env.Add(given[i]);
        }
        env.Reverse();
        if (_plan.Input.Home is { } home)
            env.Add("HOME=" + home);
        if (_plan.Input.ListenFds.Count > 0)
        {
            env.Add("LISTEN_FDS=" + FlagText.Number(_plan.Input.ListenFds.Count));
            env.Add("LISTEN_PID=");
        }
        return env;
    }
}
