using System.Diagnostics;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;

namespace OciRuntime.Bench;

/// <summary>Runs a program and tells the time from before its spawn to after its end (CLOCK_MONOTONIC).</summary>
internal sealed class Command : IDisposable
{
    private readonly SafeFd _null;
    private readonly SafeFd _errors;
    private readonly string _errorPath;
    private readonly List<string> _environment = ["PATH=" + Environment.GetEnvironmentVariable("PATH"), "HOME=/root"];

    public Command(string work)
    {
        _errorPath = Path.Combine(work, "stderr");
        _null = new SafeFd(Libc.open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC, 0));
        _errors = new SafeFd(Libc.open(_errorPath, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_CLOEXEC, 0x180));
    }

    /// <summary>Milliseconds of one run. One that fails ends the benchmark: its time would mean nothing.</summary>
    public double Time(string program, params IReadOnlyList<string> arguments)
    {
        string[] argv = [program, .. arguments];
        Span<(int, int)> descriptors = [(_null.Number, 0), (_null.Number, 1), (_errors.Number, 2)];
        long begin = Stopwatch.GetTimestamp();
        int pid = ChildSpawn.TrySpawn(program, argv, _environment, descriptors, directory: null, ownGroup: false, stdioOnly: false, files: null, out int errno);
        if (pid < 0)
            throw new InvalidOperationException($"{program}: {Errno.Text(errno)}");
        ExitStatus? status = ProcessHandle.TryReap(pid, 0);
        TimeSpan time = Stopwatch.GetElapsedTime(begin);
        if (status is not { Code: 0 })
            throw new InvalidOperationException($"{string.Join(' ', argv)}: exit code {status?.Code}: {File.ReadAllText(_errorPath)}");
        return time.TotalMilliseconds;
    }

    public void Dispose()
    {
        _null.Dispose();
        _errors.Dispose();
    }
}
