using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A container's directory in the unified hierarchy (cgroup-v2 of the kernel's documentation).</summary>
internal sealed unsafe class CgroupV2 : IContainerCgroup
{
    private const short POLLPRI = 2;
    private const int FreezeDeadline = 10_000;

    private readonly string _directory;
    private readonly string _mountPoint;
    private readonly bool _rootless;

    internal CgroupV2(string directory, string mountPoint, bool rootless)
    {
        _directory = directory;
        _mountPoint = mountPoint;
        _rootless = rootless;
        Paths = new Dictionary<string, string> { [string.Empty] = directory };
    }

    public IReadOnlyDictionary<string, string> Paths { get; }

    public IReadOnlyList<string> JoinFiles => [];

    public string? CloneDirectory => _directory;

    public string? OomFile => _directory + "/memory.events";

    public void Create(OciResources? resources)
    {
        List<CgroupWrite> writes = resources is null ? [] : CgroupWrites.ForV2(resources);
        var made = new List<string>();
        try
        {
            CgroupDirectory.Make(_directory, _mountPoint, made);
            if (made.Count == 0 && TextFile.TryRead(_directory + "/cgroup.procs") is { Length: > 0 })
            {
                throw new OciException(OciErrorCode.ResourceBusy, $"container's cgroup is not empty: {_directory} has processes")
                {
                    Step = "cgroup",
                    Object = _directory,
                    SpecPointer = "/linux/cgroupsPath",
                    Hint = "another container uses this linux.cgroupsPath",
                };
            }

            EnableControllers();
            WriteAll(writes, resources);
        }
        catch
        {
            CgroupDirectory.Unmake(made);
            throw;
        }
    }

    public void Apply(OciResources resources) => WriteAll(CgroupWrites.ForV2(resources), resources);

    public IReadOnlyList<int> Processes()
    {
        var pids = new SortedSet<int>();
        CgroupDirectory.AddProcesses(_directory, pids);
        return [.. pids];
    }

    public void Freeze(CancellationToken cancellationToken)
    {
        string file = _directory + "/cgroup.freeze";
        int errno = TextFile.TryWrite(file, "1");
        if (errno != 0)
            throw CgroupDirectory.Failed("freeze", file, "write", errno, null);
        try
        {
            WaitFrozen(cancellationToken);
        }
        catch
        {
            _ = TextFile.TryWrite(file, "0");
            throw;
        }
    }

    public void Thaw()
    {
        string file = _directory + "/cgroup.freeze";
        int errno = TextFile.TryWrite(file, "0");
        if (errno != 0)
            throw CgroupDirectory.Failed("thaw", file, "write", errno, null);
    }

    public bool IsFrozen() => TextFile.TryRead(_directory + "/cgroup.freeze") is { } text && text.StartsWith('1');

    public void Signal(int signal)
    {
        if (signal == 9 && TextFile.TryWrite(_directory + "/cgroup.kill", "1") == 0)
            return;
        CgroupDirectory.SignalEach(Processes, signal);
    }

    public void Remove(CancellationToken cancellationToken) => CgroupRemoval.Remove([_directory], _directory, this, cancellationToken);

    private void WriteAll(List<CgroupWrite> writes, OciResources? resources)
    {
        foreach (CgroupWrite write in writes)
            CgroupDirectory.Write(_directory, write);
        List<DeviceRule> rules = DeviceRule.From(resources?.Devices);
        if (rules.Count > 0 && !_rootless) // an unprivileged user can't attach programs, and can't make devices either
            DeviceProgram.Attach(_directory, rules);
    }

    // Every controller that a parent has goes down to the container's cgroup, as other runtimes do: statistics then exist for all of them.
    private void EnableControllers()
    {
        for (int slash = _mountPoint.Length; slash >= 0 && slash < _directory.Length; slash = _directory.IndexOf('/', slash + 1))
        {
            string parent = slash == _mountPoint.Length ? _mountPoint : _directory[..slash];
            string? available = TextFile.TryRead(parent + "/cgroup.controllers");
            if (available is null)
                continue;
            string enabled = " " + (TextFile.TryRead(parent + "/cgroup.subtree_control") ?? string.Empty).Trim() + " ";
            foreach (string controller in available.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            {
                // A controller that can't be enabled (threaded, busy, not delegated) is missed only by a limit that needs it.
                if (!enabled.Contains($" {controller} ", StringComparison.Ordinal))
                    _ = TextFile.TryWrite(parent + "/cgroup.subtree_control", "+" + controller);
            }
        }
    }

    private void WaitFrozen(CancellationToken cancellationToken)
    {
        string path = _directory + "/cgroup.events";
        int number = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            throw KernelError.Last("open", path, "open");
        using var file = new SafeFd(number);
        long end = Environment.TickCount64 + FreezeDeadline;
        byte* buffer = stackalloc byte[256];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = Libc.lseek(number, 0, 0);
            nint got = Libc.read(number, buffer, 256);
            if (got > 0 && new ReadOnlySpan<byte>(buffer, (int)got).IndexOf("frozen 1"u8) >= 0)
                return;
            if (Environment.TickCount64 > end)
                throw new OciException(OciErrorCode.Timeout, $"freeze {_directory}: it is not frozen after {FreezeDeadline / 1000} s") { Step = "cgroup", Object = _directory };
            var poll = new Libc.pollfd { fd = number, events = POLLPRI };
            _ = Libc.poll(&poll, 1, 100);
        }
    }
}
