using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    private const string DumpLog = "dump.log";

    /// <summary>Dumps a running container with criu(8) into images for <see cref="Restore"/>; without <see cref="CheckpointRequest.LeaveRunning"/> it is ended and removed.</summary>
    /// <param name="request">The container and the directory of the images.</param>
    /// <param name="cancellationToken">Ends criu; the container runs on.</param>
    /// <exception cref="OciException">
    /// ContainerNotFound; ContainerNotRunning: created or stopped; NotInstalled, NotSupported; CriuFailed: the container runs on.
    /// </exception>
    public OciCheckpoint Checkpoint(CheckpointRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using StateDirectory directory = StateDirectory.Open(_root, request.Id);
        directory.Lock(cancellationToken);
        ContainerState state = directory.ReadState();
        ContainerStatus status = Snapshot.StatusOf(directory, state);
        if (status is not (ContainerStatus.Running or ContainerStatus.Paused))
        {
            (string why, Refusal refusal) = status == ContainerStatus.Created ? ("was not started", Refusal.CheckpointOfCreated) : ("has stopped", Refusal.CheckpointOfStopped);
            throw new OciException(OciErrorCode.ContainerNotRunning, $"container {request.Id} {why}: only a running or paused container can be checkpointed") { Object = request.Id, Refusal = refusal };
        }
        using var cancel = new CancelSignal(cancellationToken);
        Dump(request, directory, state, status, cancel);
        // The images exist and the processes are gone: even if the rest fails, the checkpoint has been made.
        if (!request.LeaveRunning && !request.PreDump)
            Destroy(directory, state);
        return Made(request, state);
    }

    private OciCheckpoint Made(CheckpointRequest request, ContainerState state)
    {
        string imagePath = Path.GetFullPath(request.ImagePath);
        using SafeFd work = CriuSettings.OpenDirectory(Path.GetFullPath(request.WorkPath ?? imagePath), "work", make: false);
        CriuStatistics? statistics = SmallFile.TryRead(work.Number, CriuStatistics.FileName) is { } file ? CriuStatistics.TryDecode(file) : null;
        return new OciCheckpoint
        {
            Id = request.Id,
            ImagePath = imagePath,
            Bundle = state.Bundle,
            Root = Root,
            Created = DateTime.Now,
            PreDump = request.PreDump,
            LeaveRunning = request.LeaveRunning || request.PreDump,
            TcpEstablished = request.TcpEstablished,
            ExternalUnixSocket = request.ExternalUnixSockets,
            ShellJob = request.ShellJob,
            FileLock = request.FileLocks,
            Size = SizeOf(imagePath),
            FrozenTime = statistics?.Frozen,
            PagesWritten = statistics?.PagesWritten,
            PagesInParent = statistics?.PagesInParent,
        };
    }

    private static long SizeOf(string images)
    {
        try
        {
            return new DirectoryInfo(images).EnumerateFiles().Sum(static file => file.Length);
        }
        catch (Exception e) when (KernelError.IsOfFiles(e))
        {
            throw KernelError.From("look at the images in", images, e);
        }
    }

    private void Dump(CheckpointRequest request, StateDirectory directory, ContainerState state, ContainerStatus status, CancelSignal cancel)
    {
        CriuOptions settings = request.Options(DumpLog);
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        using var stdio = LaunchStdio.Null();
        using CriuService criu = CriuService.Start(stdio, [], cancel);
        criu.CheckVersion();
        string imagePath = Path.GetFullPath(request.ImagePath), workPath = Path.GetFullPath(request.WorkPath ?? imagePath);
        using SafeFd images = CriuSettings.OpenDirectory(imagePath, "image", make: true);
        CheckParent(request.ParentPath, imagePath);
        using SafeFd? work = request.WorkPath is null ? null : CriuSettings.OpenDirectory(workPath, "work", make: true);
        if (request.PreDump)
            criu.Require(CriuFeatures.MemoryTracking);
        if (request.LazyPages)
            criu.Require(CriuFeatures.LazyPages);
        string[] streams = ExternalStdio.NamesOf(state.Stdio, state.Pid);
        CriuOptions options = settings with
        {
            ImagesDirectory = images.Number,
            WorkDirectory = work?.Number,
            Pid = state.Pid,
            Root = state.Rootfs,
            EmptyNamespaces = CloneBits.CLONE_NEWNET, // the network will be configured again
            FreezeCgroup = FreezerOf(state),
            ConfigFile = CriuSettings.ConfigFile(spec),
            External = [.. ExternalNamespaces.ForDump(spec), .. ExternalStdio.ForDump(streams)],
            ExternalMounts = request.PreDump ? [] : ExternalMounts.ForDump(PlanOf(directory, state), state.Rootfs, state.Pid),
        };
        if (!request.PreDump)
            ExternalStdio.Write(images.Number, imagePath, streams);
        try
        {
            AskToDump(criu, request, options);
        }
        catch (OciException e)
        {
            // criu exits by itself; if it was killed, it leaves its tracees and the freezer as they are.
            criu.Dispose();
            if (status == ContainerStatus.Running && FreezerOf(state) is not null)
                TryThaw(CgroupOf(state));
            throw e.Code == OciErrorCode.CriuFailed ? CriuSettings.Explain(e, Path.Join(workPath, DumpLog), line => Log(RuntimeLogLevel.Warning, line)) : e;
        }
    }

    private void AskToDump(CriuService criu, CheckpointRequest request, CriuOptions options)
    {
        CriuRequestType type = request.PreDump ? CriuRequestType.PreDump : CriuRequestType.Dump;
        criu.Ask(new CriuRequest(type) { Options = options }, (notice, _) =>
        {
            Log(RuntimeLogLevel.Debug, "criu: " + notice.Script);
            if (notice.Script == "status-ready" && request.StatusFd is { } ready)
                TellReady(ready);
        });
        criu.End(mustSucceed: !request.PreDump); // after a pre-dump it waits for a dump, which never comes
    }

    private static void CheckParent(string? parentPath, string imagePath)
    {
        if (parentPath is null)
            return;
        if (Path.IsPathRooted(parentPath))
            throw new OciException(OciErrorCode.InvalidArgument, $"the parent of the checkpoint, {parentPath}, must be relative to the images") { Object = parentPath, Refusal = Refusal.ParentNotRelative };
        string parent = Path.Join(imagePath, parentPath);
        if (!Inode.IsDirectory(parent))
            throw new OciException(OciErrorCode.InvalidArgument, $"the parent of the checkpoint, {parent}, is not a directory") { Object = parent, Refusal = Refusal.ParentNotThere };
    }

    private static unsafe void TellReady(System.Runtime.InteropServices.SafeHandle ready)
    {
        byte nul = 0;
        _ = Libc.write((int)ready.DangerousGetHandle(), &nul, 1);
        ready.Dispose();
    }

    // With a freezer, criu stops all processes together instead of one after the other with ptrace(2).
    private static string? FreezerOf(ContainerState state) =>
        state.CgroupPaths.GetValueOrDefault("freezer") ?? state.CgroupPaths.GetValueOrDefault(string.Empty);

    private void TryThaw(IContainerCgroup cgroup)
    {
        try
        {
            if (cgroup.IsFrozen())
                cgroup.Thaw();
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
    }
}
