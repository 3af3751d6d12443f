using System.Diagnostics;
using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.State;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Lifecycle;

// Runs the steps of the runtime in a create, and knows how to undo each.
internal sealed partial class Creation
{
    // Pid of the helper's process that waits for one of these steps.
    private int _waiting;

    private Action? Perform(RuntimeStep step)
    {
        switch (step)
        {
            case ResctrlStep resctrl:
                State = State with { Resctrl = ResctrlGroup.Create(_runtime.Options.ResctrlRoot, resctrl.Rdt, resctrl.Id) };
                return () => State.Resctrl?.Remove(Warn);
            case CgroupStep cgroup:
                MakeCgroup(cgroup.Limits);
                return RemoveCgroup;
            case LimitStep or DeviceProgramStep:
                return null; // the step that makes the cgroup applies all of them
            case StateStep { WithProcess: false }:
                // Before any process is born, and after the cgroup was made or found empty: if the runtime is killed, the processes in it are this container's.
                Directory.WriteState(State);
                return null;
            case StateStep:
                SaveState();
                return null;
            case JoinResctrlStep:
                State.Resctrl?.Join(_launch!.Pid);
                return null;
            case CheckMapsStep:
                IdMaps.CheckJoined(State.Pid, _source.Spec.Linux!);
                return null;
            case IdMapStep { IsGroups: false } uids:
                IdMaps.WriteUids(_waiting, uids.Mappings, uids.OwnIdsOnly, uids.SpecPointer!);
                return null;
            case IdMapStep gids:
                IdMaps.WriteGids(_waiting, gids.Mappings, gids.OwnIdsOnly, gids.SpecPointer!);
                return null;
            case MoveStep:
                Move();
                return null;
            case DelegateStep cgroup:
                DelegatedCgroup.Enter(_runtime.Host.Cgroups.UnifiedMountPoint!, cgroup.Directory, State.Pid, cgroup.Owner);
                return null; // it is removed with the container's cgroup
            case NetDeviceStep device:
                _devices ??= new MovedDevices(_launch!.Process!);
                _devices.Move(device);
                return () => _devices.Return(device);
            case RuntimeHookStep hook:
                Run(hook);
                return null;
            case HookStateStep state:
                WriteHookState(state.Status);
                return null;
            case PidfdStep pidfd:
                PeerSocket.SendPidfd(pidfd.Socket, _launch!.Process!, _cancel);
                return null;
            case PidFileStep file:
                PidFile.Write(file.Path, State.Pid);
                return null;
            default:
                throw new UnreachableException($"no step of a create: {step}");
        }
    }

    private void Answer(SyncPoint sync, int sender)
    {
        _waiting = sender;
        if (sync is SyncPoint.Delegation or SyncPoint.RuntimeHooks or SyncPoint.ContainerHooks)
            EndMember(); // init is in its cgroup, so hooks see only processes that stay
        if (!_steps.RunBehind(sync))
            throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: it waits for {((ulong)sync).ToString(CultureInfo.InvariantCulture)}");
        if (sync == SyncPoint.Cgroup)
            EndMember();
    }

    private void MakeCgroup(CgroupLimits limits)
    {
        _member = CgroupMember.For(_cgroup, _runtime, _cancel);
        _cgroup.Create(limits, _member?.Pid ?? 0, CgroupOwner.Of(_source.Spec, _runtime.Host));
    }

    private void EndMember()
    {
        _member?.Dispose();
        _member = null;
    }

    // From here on a killed runtime leaves a container that can be listed and deleted. The process waits until the state is saved.
    private void SaveState()
    {
        _leash?.Hold(_launch!.Process!);
        int pid = _launch!.Pid;
        int supervisor = _launch.SupervisorPid;
        State = State with
        {
            Pid = pid,
            StartTime = StartTimeOf(pid),
            SupervisorPid = supervisor,
            SupervisorStartTime = supervisor > 0 ? StartTimeOf(supervisor) : 0,
        };
        Directory.WriteState(State);
    }

    // Without a start time the state would name no process, and a deletion would not end it.
    private static ulong StartTimeOf(int pid) => ProcessStat.Read(pid)?.StartTime
        ?? throw new OciException(OciErrorCode.HelperDied, string.Create(CultureInfo.InvariantCulture, $"process {pid} of the launch has died"));

    private void Move()
    {
        if (LateFor(_source, _cgroup) is { } late)
            late.Join(State.Pid);
        else
            _cgroup.Move(State.Pid);
    }

    // When a pid namespace is joined, stage one joins the cgroup for init.
    private static LateCgroup? LateFor(BundleSource source, IContainerCgroup cgroup) =>
        source.Spec.Linux?.Namespaces?.Exists(static item => item is { Type: "pid", Path.Length: > 0 }) == true ? LateCgroup.Of(cgroup, cgroup.JoinFiles) : null;

    private void Run(RuntimeHookStep hook)
    {
        string status = hook.Kind == "poststart" ? "running" : "creating";
        HookRunner.RunOne(hook.Kind, hook.Index, hook.Hook, State, status, State.Pid, _runtime.Options.CallerFileLimit, _cancel);
    }

    // Hooks in the container get the pid that init has there (runtime-spec, runtime.md, State).
    private void WriteHookState(string status) => _hookState?.Write(HookState.Write(State, status, ProcessStat.InnermostPid(State.Pid)).Span);
}
