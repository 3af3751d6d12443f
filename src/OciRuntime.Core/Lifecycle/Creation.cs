using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// A container under construction, for create and run. If disposed without <see cref="Keep"/> it undoes all it did: processes, cgroup, state
/// directory, in that order. Then it runs the poststop hooks if the process had been born.
/// </summary>
internal sealed partial class Creation : IDisposable
{
    private readonly ContainerRuntime _runtime;
    private readonly CreateRequest _request;
    private readonly CancelSignal _cancel;
    private readonly bool _run;
    private readonly InheritedHandles _inherited;
    private readonly BundleSource _source;
    private readonly IContainerCgroup _cgroup;
    private LaunchStdio? _stdio;
    private HelperLaunch? _launch;
    private HookStateFile? _hookState;
    private SafeFd? _hookOutput;
    private LaunchPlan? _plan;
    private CgroupMember? _member;
    private readonly RuntimeStepRunner _steps;
    private HelperNotice? _times;
    private Leash? _leash;
    private MovedDevices? _devices;
    private ServiceNotification? _notification;
    private bool _kept;

    public Creation(ContainerRuntime runtime, CreateRequest request, CancelSignal cancel, bool run)
    {
        _runtime = runtime;
        _request = request;
        _cancel = cancel;
        _run = run;
        ContainerId.Check(request.Id);
        request.LogLimit.Check();
        _source = SourceFor(runtime, request);
        CheckTerminal(_source.Spec, request, detached: !run || request.Detach);
        request.Trace?.Begin(request.Id, _source.Spec);
        _cgroup = CgroupFor(runtime, request, _source);
        _steps = new RuntimeStepRunner(Perform, runtime.ImageOptions);
        _inherited = InheritedHandles.Hold(request.ListenFds, request.PreserveFds);
        try
        {
            _leash = request.Leashed ? NewLeash() : null;
            Directory = StateDirectory.Create(runtime.StateRoot, request.Id);
        }
        catch
        {
            _leash?.Dispose();
            _inherited.Dispose();
            throw;
        }
        State = NewState(runtime, request, _source, _cgroup) with { InheritedFds = _inherited.Count };
    }

    public StateDirectory Directory { get; }

    public ContainerState State { get; private set; }

    private OciHooks? Hooks => _source.Spec.Hooks;

    /// <summary>The bundle and its configuration, with the additions of the runtime.</summary>
    public static BundleSource SourceFor(ContainerRuntime runtime, CreateRequest request)
    {
        var source = BundleSource.Read(request).WithReceiver();
        return runtime.Options.NotifySocket is null ? source : ServiceNotification.Admit(source, Path.Join(runtime.Root, request.Id));
    }

    public static IContainerCgroup CgroupFor(ContainerRuntime runtime, CreateRequest request, BundleSource source) =>
        CgroupFactory.ForNew(runtime.Host, runtime.Options.CgroupManager, source.Spec, request.Id);

    public static LaunchPlan PlanFor(ContainerRuntime runtime, CreateRequest request, BundleSource source, IContainerCgroup cgroup, bool run, IReadOnlyList<int> listenFds, IReadOnlyList<int> preserveFds, SeccompCache? seccomp = null)
    {
        LateCgroup? late = LateFor(source, cgroup);
        return Planner.PlanCreate(new CreatePlanInput
        {
            Spec = source.Spec,
            Id = request.Id,
            Host = runtime.Host,
            Bundle = source.Bundle,
            Rootfs = source.Rootfs,
            CgroupJoinFiles = late?.Without(cgroup.JoinFiles) ?? cgroup.JoinFiles,
            CgroupCloneDirectory = cgroup.CloneDirectory,
            CgroupByRuntime = cgroup.MovesProcesses || late is not null,
            CgroupPaths = cgroup.Paths,
            InnerCgroups = InnerCgroups.Of(source.Spec.Annotations, runtime.Options.CgroupManager, runtime.Host.Cgroups),
            CgroupLimits = cgroup.LimitsFor,
            OomFile = cgroup.OomFile,
            OwnNamespaces = OwnNamespaces.Of(source.Spec),
            Console = request.ConsoleSocket is not null ? ConsoleTarget.Socket : request.Supervised ? ConsoleTarget.Supervisor : ConsoleTarget.Channel,
            Supervised = request.Supervised,
            LogLimit = request.LogLimit,
            GateOnChannel = run,
            PidfdSocket = request.PidfdSocket ?? CrunAnnotations.Of(source.Spec, CrunAnnotations.PidfdReceiver),
            PidFile = request.PidFile,
            NoPivot = request.NoPivot,
            NoNewKeyring = request.NoNewKeyring,
            ListenFds = listenFds,
            PreserveFds = preserveFds,
            FileLimit = runtime.Options.CallerFileLimit,
            HasKcore = Inode.Exists("/proc/kcore"),
            Home = source.Spec.Process is { } process ? HomeDirectory.For(source.Rootfs, process) : null,
            CompileSeccomp = seccomp is null ? SeccompCompiler.Compile : seccomp.Compile,
            Recording = request.Trace is null ? null : SyscallListener.Program,
        });
    }

    /// <summary>Runs all steps up to the start gate.</summary>
    public void Launch()
    {
        try
        {
            HoldDirectory();
            LaunchCore();
        }
        catch (OciException e) when (e.Code == OciErrorCode.HelperDied && OomCounter.HasKills(_cgroup.OomFile))
        {
            throw OutOfMemory(_request.Id, e, "/linux/resources/memory/limit");
        }
    }

    /// <summary>Opens the gate of a run.</summary>
    public void Start()
    {
        try
        {
            _launch!.Start();
        }
        catch (OciException e) when (e.Code == OciErrorCode.HelperDied && OomCounter.HasKills(_cgroup.OomFile))
        {
            throw OutOfMemory(_request.Id, e, "/linux/resources/memory/limit");
        }
        _steps.RunBehind<ExecStep>();
    }

    /// <summary>Keeps the container.</summary>
    /// <returns>The process of a run, else null.</returns>
    public ContainerProcess? Keep()
    {
        SafeFd? terminal = _launch!.TakeTerminal();
        ProcessHandle process = _launch.Complete();
        _kept = true;
        StateNotice.Tell(Directory, StateNotice.Created);
        if (!_run)
        {
            process.Dispose();
            terminal?.Dispose();
            return null;
        }
        StateNotice.Tell(Directory, StateNotice.Started);
        bool piped = !_request.Supervised;
        Leash? leash = _leash;
        _leash = null;
        ServiceNotification? notification = _notification;
        _notification = null;
        return new ContainerProcess(_runtime, process, State.Supervised, _cgroup.OomFile)
        {
            Id = _request.Id,
            Pid = process.Pid,
            Leash = leash,
            Notification = notification,
            StandardInput = LaunchStdio.ToInput(piped ? _stdio!.Input : null),
            StandardOutput = LaunchStdio.ToOutput(piped ? _stdio!.Output : null),
            StandardError = LaunchStdio.ToOutput(piped ? _stdio!.Error : null),
            Terminal = terminal?.ToFileHandle(),
        };
    }

    public void Dispose()
    {
        if (!_kept)
            Undo();
        _leash?.Dispose();
        _notification?.Dispose();
        _devices?.Dispose();
        _launch?.Dispose();
        _stdio?.Dispose();
        _hookState?.Dispose();
        _hookOutput?.Dispose();
        _inherited.Dispose();
        Directory.Dispose();
    }

    private void LaunchCore()
    {
        bool terminal = _source.Spec.Process is { Terminal: true };
        _stdio = _request.Supervised ? LaunchStdio.Supervised(terminal)
            : terminal && _request.Stdio == StdioMode.Pipe ? LaunchStdio.Null()
            : Stdio.Open(_request.Stdio);
        // First, so that its exec runs on another CPU while the cgroup is made.
        _launch = HelperLaunch.Spawn(ContainerRuntime.Helper, _stdio, () => _runtime.Host.Cgroups, _cancel, _runtime.NoticesOf(notice => _times = notice));
        _launch.SeccompListener = _request.Trace is { } trace ? trace.Listen : listener => SeccompAgent.Send(_source.Spec.Linux?.Seccomp, listener, State, "creating", State.Pid, _cancel);
        Directory.WriteConfig(_source.ConfigJson.Span);
        OpenNotification();
        // The plan comes before the cgroup, so that a refused configuration has changed nothing.
        _plan = PlanFor(_runtime, _request, _source, _cgroup, _run, _inherited.Listen, _inherited.Preserve, Directory.SeccompCache);
        State = State with { LateSteps = RecordedStep.Of(_plan), Stdio = terminal ? [] : _stdio.StreamNames() };
        _runtime.LogPlan(_plan);
        _steps.Begin(_plan);
        _steps.Push(EndProcesses);
        SendProgram(_plan);
        _launch.RunToReady(_steps.RunBehind<CloneStep>, Answer);
        EndMember();
        _steps.RunBehind<ReadyStep>();
        _runtime.TellTimes(_plan, _times, _steps);
        if (!_run)
            _launch.LeaveAtGate();
    }

    private void OpenNotification()
    {
        if (_runtime.Options.NotifySocket is not { } address)
            return;
        ServiceNotification.MakeDirectory(Directory);
        if (_run)
            _notification = ServiceNotification.TryOpen(Directory, address);
    }

    // Poststop hooks and a resctrl group need a delete by the runtime.
    private Leash NewLeash()
    {
        using SafeFd root = _runtime.StateRoot.OpenOrCreate();
        OciSpec spec = _source.Spec;
        bool more = Hooks is { Poststop.Count: > 0 } || spec.Linux?.IntelRdt is not null;
        return Leash.OfContainer(ContainerRuntime.Helper, root, _request.Id, _cgroup.Paths.Values, more);
    }

    private void HoldDirectory()
    {
        if (_leash is null)
            return;
        using SafeFd directory = Directory.OpenPath();
        _leash.Hold(directory);
    }

    private void SendProgram(LaunchPlan plan)
    {
        using ProgramFile program = ProgramFile.Create(plan, _runtime.ImageOptions);
        using SafeFd? gate = _run ? null : StartGate.Listen(Directory);
        using SafeFd? console = _request.ConsoleSocket is { } path ? PeerSocket.Connect(path, "console socket", _cancel) : null;
        using SafeFd? log = _request.Supervised ? Directory.OpenFile(StateDirectory.LogName, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND) : null;
        SafeFd? directory = null;
        try
        {
            using FdSlots slots = FdSlots.Open(program.Slots, role => role switch
            {
                PlanFdRole.Gate => gate,
                PlanFdRole.ConsoleSocket => console,
                PlanFdRole.LogFile => log,
                PlanFdRole.StateDirectory => directory ??= Directory.OpenPath(),
                PlanFdRole.HookState => (_hookState ??= new HookStateFile()).Fd,
                PlanFdRole.HookOutput => _hookOutput ??= OutputPipe.Open(),
                _ => _stdio!.ForRole(role),
            });
            _launch!.Send(plan, program.Fd, slots.Numbers);
        }
        finally
        {
            directory?.Dispose();
        }
        _stdio!.CloseChildEnds(_request.Supervised);
    }

    /// <summary>Checks that a terminal has a destination, and that no console socket waits for one that never comes.</summary>
    public static void CheckTerminal(OciSpec spec, CreateRequest request, bool detached)
    {
        bool terminal = spec.Process is { Terminal: true };
        if (detached && terminal && request.ConsoleSocket is null && !request.Supervised)
        {
            throw new OciException(OciErrorCode.InvalidArgument, "a detached process with a terminal needs a console socket to send it to")
            {
                Refusal = Refusal.TerminalWithoutSocket,
                SpecPointer = "/process/terminal",
                Hint = "pass a console socket, or set process.terminal to false",
            };
        }
        if ((!detached || !terminal) && request.ConsoleSocket is not null)
            throw SocketWithoutTerminal(null, "/process/terminal");
    }

    /// <summary>The state before any process is born.</summary>
    public static ContainerState NewState(ContainerRuntime runtime, CreateRequest request, BundleSource source, IContainerCgroup cgroup) => new()
    {
        Id = request.Id,
        OciVersion = source.Spec.OciVersion is { Length: > 0 } version ? version : SpecVersion.Current,
        Bundle = source.Bundle,
        Rootfs = source.Rootfs,
        Created = DateTimeOffset.UtcNow,
        OwnerUid = runtime.Host.EffectiveUid,
        CgroupManager = runtime.Options.CgroupManager,
        CgroupPaths = cgroup.Paths,
        Annotations = source.Spec.Annotations ?? [],
        Args = source.Spec.Process?.Args ?? [],
        Rootless = runtime.Host.Rootless,
        NoNewKeyring = request.NoNewKeyring,
        NoPivot = request.NoPivot,
        LogLimit = request.LogLimit,
        HasHooks = source.Spec.Hooks is { Poststart.Count: > 0 } or { Poststop.Count: > 0 },
        PrivatePid = source.Spec.Linux?.Namespaces?.Exists(static n => n.Type == "pid" && string.IsNullOrEmpty(n.Path)) ?? false,
    };

    /// <summary>The error for a console socket to which no terminal would be sent.</summary>
    public static OciException SocketWithoutTerminal(string? id, string? pointer) =>
        new(OciErrorCode.InvalidArgument, "a console socket is for a detached process with a terminal") { Object = id, SpecPointer = pointer, Refusal = Refusal.SocketWithoutTerminal };

    /// <summary>The error when the OOM killer has killed the container's init.</summary>
    public static OciException OutOfMemory(string id, OciException inner, string? pointer = null) =>
        new(OciErrorCode.OomKilled, $"the init of container {id} was killed for lack of memory: its memory limit may be too low to start at all", inner)
        {
            Object = id,
            SpecPointer = pointer,
        };
}
