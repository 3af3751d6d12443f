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

// What the steps of the runtime do in a create, and what undoes each.
internal sealed partial class Creation
{
    // The process of the helper that waits for one of these steps.
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
                return null; // the step that makes the cgroup has all of them
            case StateStep { WithProcess: false }:
                // Before anything is born, and after the cgroup was found empty or made: what a killed runtime leaves in there is this container's.
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
                return null; // it goes with the container's
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
            EndMember(); // init is in its cgroup: hooks see what stays
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

    // From here on a killed runtime leaves a container that can be listed and deleted. Until it is done the process goes no further.
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

    // Without it the state would name no process, and a deletion would leave that alone.
    private static ulong StartTimeOf(int pid) => ProcessStat.Read(pid)?.StartTime
        ?? throw new OciException(OciErrorCode.HelperDied, string.Create(CultureInfo.InvariantCulture, $"process {pid} of the launch has died"));

    private void Move()
    {
        if (LateFor(_source, _cgroup) is { } late)
            late.Join(State.Pid);
        else
            _cgroup.Move(State.Pid);
    }

    // In a pid namespace of others stage one joins for init.
    private static LateCgroup? LateFor(BundleSource source, IContainerCgroup cgroup) =>
        source.Spec.Linux?.Namespaces?.Exists(static item => item is { Type: "pid", Path.Length: > 0 }) == true ? LateCgroup.Of(cgroup, cgroup.JoinFiles) : null;

    private void Run(RuntimeHookStep hook)
    {
        string status = hook.Kind == "poststart" ? "running" : "creating";
        HookRunner.RunOne(hook.Kind, hook.Index, hook.Hook, State, status, State.Pid, _runtime.Options.CallerFileLimit, _cancel);
    }

    // Hooks in the container get the pid that it has there (runtime-spec, runtime.md, State).
    private void WriteHookState(string status) => _hookState?.Write(HookState.Write(State, status, ProcessStat.InnermostPid(State.Pid)).Span);
}
