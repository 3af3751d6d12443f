using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Network;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// A container being restored. criu makes its processes inside the container's cgroup, which is made here as for any other container. If disposed without <see cref="Keep"/>
/// it undoes all it did.
/// </summary>
internal sealed partial class Restoration : IDisposable
{
    private const string RestoreLog = "restore.log";
    private const int SupervisorMilliseconds = 10_000;

    private readonly ContainerRuntime _runtime;
    private readonly RestoreRequest _request;
    private readonly CancelSignal _cancel;
    private readonly CreateRequest _create;
    private readonly BundleSource _source;
    private readonly IContainerCgroup _cgroup;
    private readonly LaunchPlan _plan;
    private readonly StateDirectory _directory;
    private readonly List<SafeFd> _extra = [];
    private readonly LaunchStdio _stdio;
    private ContainerState _state;
    private CriuService? _criu;
    private SupervisedCriu? _supervised;
    private SafeFd? _mounts;
    private SafeFd? _images;
    private SafeFd? _work;
    private ProcessHandle? _process;
    private SafeFd? _terminal;
    private bool _cgroupMade;
    private int _root;
    private bool _kept;

    public Restoration(ContainerRuntime runtime, RestoreRequest request, CancelSignal cancel)
    {
        _runtime = runtime;
        _request = request;
        _cancel = cancel;
        ContainerId.Check(request.Id);
        request.LogLimit.Check();
        _create = request.AsCreate();
        _source = Creation.SourceFor(runtime, _create);
        Creation.CheckTerminal(_source.Spec, _create, detached: request.Detach);
        _cgroup = Creation.CgroupFor(runtime, _create, _source);
        _plan = Creation.PlanFor(runtime, _create, _source, _cgroup, run: true, [], []);
        _stdio = request.Supervised ? LaunchStdio.Supervised(HasTerminal) : Stdio.Open(request.Stdio);
        try
        {
            _directory = StateDirectory.Create(runtime.StateRoot, request.Id);
        }
        catch
        {
            _stdio.Dispose();
            throw;
        }
        _state = Creation.NewState(runtime, _create, _source, _cgroup) with { Restored = true, Stdio = HasTerminal ? [] : _stdio.StreamNames() };
    }

    private bool HasTerminal => _source.Spec.Process is { Terminal: true };

    private OciHooks? Hooks => _source.Spec.Hooks;

    /// <summary>Restores the container.</summary>
    public void Run()
    {
        string imagePath = Path.GetFullPath(_request.ImagePath), workPath = Path.GetFullPath(_request.WorkPath ?? imagePath);
        // Check the images and criu before anything is made.
        CriuOptions options = Options(imagePath);
        _ = CriuService.FindProgram();
        _directory.WriteConfig(_source.ConfigJson.Span);
        ExternalMounts.MakeMountPoints(_plan, _source.Rootfs);
        if (_source.Spec.Linux?.IntelRdt is { } rdt)
            _state = _state with { Resctrl = ResctrlGroup.Create(_runtime.Options.ResctrlRoot, rdt, _request.Id) };
        using CgroupMember? member = MakeCgroup();
        // Before any process is born in the cgroup: a forced delete finds the leftovers of a killed restore by the state.
        _directory.WriteState(_state);
        PrivateRoot.Start(_directory, _source.Rootfs, root =>
        {
            // criu mounts in its working directory, which must be in its own mount namespace.
            _images = CriuSettings.OpenDirectory(imagePath, "image", make: false);
            _work = _request.WorkPath is null ? null : CriuSettings.OpenDirectory(workPath, "work", make: true);
            options = options with { ImagesDirectory = _images.Number, WorkDirectory = _work?.Number, Root = root };
            if (_request.Supervised)
                _mounts = PrivateRoot.OpenNamespace(); // the supervisor does not enter it
            else
                _criu = CriuService.Start(_stdio, _extra, _cancel);
        });
        _criu ??= CriuService.Start(StartSupervised, _cancel);
        JoinCgroup(_criu.Pid);
        member?.Dispose();
        _criu.CheckVersion();
        if (_request.LsmProfile is not null || _request.LsmMountContext is not null)
            _criu.Require(31_600, "an LSM profile or mount context");
        if (_request.LazyPages)
            _criu.Require(CriuFeatures.LazyPages);
        options = options with { CgroupRoots = CgroupsOf(_criu.Pid) };
        try
        {
            _criu.Ask(new CriuRequest(CriuRequestType.Restore) { Options = options }, Answer);
            _criu.End(mustSucceed: true);
        }
        catch (OciException e) when (e.Code == OciErrorCode.CriuFailed)
        {
            throw CriuSettings.Explain(e, Path.Join(workPath, RestoreLog), Warn);
        }
        if (_process is null)
            throw new OciException(OciErrorCode.CriuFailed, "criu failed: it did not report the restored process") { Step = "criu", Object = "criu" };
        PrivateRoot.Remove(_directory);
        if (_request.PidFile is { } pidFile)
            PidFile.Write(pidFile, _state.Pid);
    }

    /// <summary>Keeps the container.</summary>
    public ContainerProcess Keep()
    {
        _kept = true;
        StateNotice.Tell(_directory, StateNotice.Created);
        StateNotice.Tell(_directory, StateNotice.Started);
        ProcessHandle process = _process!;
        _process = null;
        SafeFd? terminal = _terminal;
        _terminal = null;
        return new ContainerProcess(_runtime, process, _request.Supervised, _cgroup.OomFile)
        {
            Id = _request.Id,
            Pid = process.Pid,
            StandardInput = LaunchStdio.ToInput(_request.Supervised ? null : _stdio.Input),
            StandardOutput = LaunchStdio.ToOutput(_request.Supervised ? null : _stdio.Output),
            StandardError = LaunchStdio.ToOutput(_request.Supervised ? null : _stdio.Error),
            Terminal = terminal?.ToFileHandle(),
        };
    }

    public void Dispose()
    {
        _criu?.Dispose();
        if (!_kept)
            Undo();
        _supervised?.Supervisor?.Dispose();
        _mounts?.Dispose();
        _images?.Dispose();
        _work?.Dispose();
        _terminal?.Dispose();
        _process?.Dispose();
        _stdio.Dispose();
        foreach (SafeFd fd in _extra)
            fd.Dispose();
        _directory.Dispose();
    }

    private CriuOptions Options(string imagePath) => _request.Options(RestoreLog) with
    {
        EvasiveDevices = true,
        RestoreSibling = true, // init is our child, and after our end that of the process that adopts our children
        // criu locks an empty network namespace until connections are restored. An existing one has been locked since the dump: criu before 4.0 can't undo a second lock.
        EmptyNamespaces = ExternalNamespaces.HasNetwork(_source.Spec) ? CloneBits.None : CloneBits.CLONE_NEWNET,
        ConfigFile = CriuSettings.ConfigFile(_source.Spec),
        InheritFds = [.. ExternalStdio.ForRestore(imagePath), .. ExternalNamespaces.ForRestore(_source.Spec, _extra)],
        JoinNamespaces = ExternalNamespaces.Joined(_source.Spec),
        ExternalMounts = ExternalMounts.ForRestore(_plan, _source.Rootfs),
    };

    private SupervisedCriu StartSupervised(SafeFd socket)
    {
        SuperviseStep supervisor = ConsolePlanner.Supervisor(_request.LogLimit, _cgroup.OomFile, HasTerminal, HasTerminal && _request.ConsoleSocket is null);
        using SafeFd log = _directory.OpenFile(StateDirectory.LogName, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND);
        using SafeFd directory = _directory.OpenPath();
        _supervised = SupervisedCriu.Start(ContainerRuntime.Helper, _stdio, CriuService.PlanFor(supervisor, _extra), role => role switch
        {
            PlanFdRole.CriuSocket => socket,
            PlanFdRole.CriuMounts => _mounts,
            PlanFdRole.LogFile => log,
            PlanFdRole.StateDirectory => directory,
            _ => _stdio.ForRole(role),
        }, _cancel);
        return _supervised;
    }

    private CgroupMember? MakeCgroup()
    {
        CgroupMember? member = CgroupMember.For(_cgroup, _runtime, _cancel);
        try
        {
            _cgroup.Create(_cgroup.LimitsFor(_source.Spec.Linux?.Resources), member?.Pid ?? 0, CgroupOwner.Of(_source.Spec, _runtime.Host));
            _cgroupMade = true;
            return member;
        }
        catch
        {
            member?.Dispose();
            throw;
        }
    }

    // criu joins the cgroup first, so that all processes it makes are born there.
    private void JoinCgroup(int criu)
    {
        foreach (string file in _cgroup.JoinFiles)
            CgroupFiles.Join(file, criu);
        if (_cgroup.CloneDirectory is { } directory)
            CgroupFiles.Join(directory + "/cgroup.procs", criu);
        if (_cgroup.MovesProcesses)
            _cgroup.Move(criu);
    }

    // Lines of /proc/PID/cgroup (cgroups(7)): number, controllers, path.
    private static List<(string Controller, string Path)> CgroupsOf(int pid)
    {
        var roots = new List<(string, string)>();
        foreach (string line in TextFile.Read($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cgroup").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(':', 3);
            foreach (string controller in parts[1].Split(','))
                roots.Add((controller, parts[2]));
        }
        return roots;
    }

    private void Answer(CriuResponse notice, List<SafeFd> fds)
    {
        _runtime.Log(RuntimeLogLevel.Debug, "criu: " + notice.Script);
        switch (notice.Script)
        {
            case "setup-namespaces":
                _root = notice.Pid;
                RunHooks(notice.Pid);
                break;
            case "post-setup-namespaces":
                BringLoopbackUp();
                break;
            case "orphan-pts-master" when fds.Count > 0:
                TakeTerminal(fds[0]);
                break;
            case "post-restore":
                SaveState(notice.Pid);
                break;
            default:
                break;
        }
    }

    private void RunHooks(int pid)
    {
        HookRunner.Run("prestart", Hooks?.Prestart, _state, "creating", pid, _runtime.Options.CallerFileLimit, _cancel);
        HookRunner.Run("createRuntime", Hooks?.CreateRuntime, _state, "creating", pid, _runtime.Options.CallerFileLimit, _cancel);
    }

    // As in a create. No one else does it in an empty namespace, and a socket may be bound to its addresses.
    private void BringLoopbackUp()
    {
        if (_source.Spec.Linux?.Namespaces?.Exists(static ns => ns is { Type: "network" } && string.IsNullOrEmpty(ns.Path)) != true)
            return;
        using SafeFd space = NetworkDevice.OpenNamespace($"/proc/{_root.ToString(CultureInfo.InvariantCulture)}/ns/net");
        NetworkDevice.BringLoopbackUp(space);
    }

    private void TakeTerminal(SafeFd master)
    {
        if (_stdio.ConsoleWriter is { } supervisor && _request.ConsoleSocket is null)
        {
            PeerSocket.SendFd(supervisor.Number, master.Number, "/dev/ptmx"u8, "the supervisor's console socket");
            return;
        }
        if (_request.ConsoleSocket is not { } path)
        {
            int copy = Libc.fcntl(master.Number, Libc.F_DUPFD_CLOEXEC, 3);
            _terminal = copy >= 0 ? new SafeFd(copy) : throw KernelError.Last("duplicate", "the terminal", "fcntl");
            return;
        }
        using SafeFd socket = PeerSocket.Connect(path, "console socket", _cancel);
        PeerSocket.SendFd(socket.Number, master.Number, "/dev/ptmx"u8, "console socket");
    }

    // The processes exist, and go on when criu gets its answer.
    private void SaveState(int pid)
    {
        _process = ProcessHandle.OfChild(pid, "the restored process"); // or the supervisor's child: criu waits, so it can't be reaped yet
        int supervisor = _supervised?.Supervisor!.Pid ?? 0;
        _state = _state with
        {
            Pid = pid,
            StartTime = ProcessStat.Read(pid)?.StartTime ?? throw new OciException(OciErrorCode.CriuFailed, "criu failed: the restored process has ended") { Step = "criu", Object = "criu" },
            SupervisorPid = supervisor,
            SupervisorStartTime = supervisor == 0 ? 0 : ProcessStat.Read(supervisor)?.StartTime ?? throw new OciException(OciErrorCode.HelperDied, "the supervisor of the restored container died"),
            Created = DateTimeOffset.UtcNow,
        };
        _state.Resctrl?.Join(pid);
        _directory.WriteState(_state);
        _supervised?.Hold(_process);
    }

    private void Undo()
    {
        bool restored = _process is not null;
        Attempt(() =>
        {
            _process?.Signal(Libc.SIGKILL);
            if (_cgroupMade && !_cgroup.TryRemove())
                _cgroup.Kill(CancellationToken.None);
            if (_process is not null)
                ProcessHandle.TryReap(_process.Pid, 0);
            AwaitSupervisor();
            if (_cgroupMade)
                _cgroup.Remove(CancellationToken.None);
            _state.Resctrl?.Remove(Warn);
            // The directory stays if processes are left: a forced delete finds them by it.
            _directory.Remove();
        });
        if (restored)
        {
            Attempt(() =>
            {
                using var uncancellable = new CancelSignal(CancellationToken.None);
                HookRunner.RunPoststop(Hooks?.Poststop, _state, _runtime.Options.CallerFileLimit, uncancellable, Warn);
            });
        }
    }

    // The supervisor writes the exit record before it exits; the directory must stay until then.
    private void AwaitSupervisor()
    {
        using var uncancellable = new CancelSignal(CancellationToken.None);
        if (_supervised?.Supervisor is { } supervisor && !supervisor.WaitExit(uncancellable, SupervisorMilliseconds))
            supervisor.Signal(Libc.SIGKILL);
    }

    private void Warn(string warning) => _runtime.Log(RuntimeLogLevel.Warning, warning);

    // An error here is not the error of the restore, and must not keep other steps from being undone.
    private void Attempt(Action undo)
    {
        try
        {
            undo();
        }
        catch (Exception e)
        {
            Warn(e.Message);
        }
    }
}
