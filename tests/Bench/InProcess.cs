using System.Diagnostics;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Bench;

/// <summary>The same core in this process, which stays warm as a PowerShell session does: what cmdlets do, without binding and formatting.</summary>
internal sealed class InProcess(bool supervised, BenchBundle bundle) : IContestant
{
    private readonly ContainerRuntime _runtime = new(new RuntimeOptions { Root = Path.Combine(bundle.Roots, supervised ? "supervised" : "process"), ListsAgain = true });
    private readonly string _id = bundle.Name + (supervised ? "-supervised" : "-process");

    public string Name => supervised ? "in process, supervised" : "in process";

    public double Run() => Run(bundle.Run);

    public double? RunLimited(bool cold)
    {
        string programs = Path.Combine(_runtime.Root, SeccompCache.DirectoryName);
        if (cold && Directory.Exists(programs))
            Directory.Delete(programs, recursive: true);
        return Run(bundle.Limited);
    }

    private double Run(string path)
    {
        long begin = Stopwatch.GetTimestamp();
        _runtime.Create(Request(path, _id));
        _runtime.Start(_id);
        int? code = _runtime.Wait(_id)!.ExitCode;
        _runtime.Delete(_id);
        double time = Since(begin);
        return code == 0 ? time : throw new InvalidOperationException($"{Name}: exit code {code}");
    }

    public bool Verbs(Action<string, double> take)
    {
        Time("create", () => _runtime.Create(Request(bundle.Sleep, _id)));
        Time("state", () => _runtime.Get(_id));
        Time("start", () => _runtime.Start(_id));
        Time("exec true", () =>
        {
            using ContainerProcess process = _runtime.Exec(new ExecRequest { Id = _id, Args = ["/bin/true"], Stdio = StdioMode.Null });
            process.Wait();
        });
        Time("kill", () => _runtime.Kill(_id, 9));
        _runtime.Wait(_id);
        Time("delete", () => _runtime.Delete(_id));
        return true;

        void Time(string verb, Action action)
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            take(verb, Since(begin));
        }
    }

    public bool List(int containers, int rounds, Action<string, double> take)
    {
        if (supervised)
            return false;
        try
        {
            for (int i = 0; i < containers; i++)
                _runtime.Create(Request(bundle.Sleep, $"{_id}-{i}"));
            // What a session keeps of a container it keeps when that is a moment old, and its files from the second time on.
            Thread.Sleep(TimeSpan.FromSeconds(1));
            for (int i = -2; i < rounds; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                if (_runtime.List().Count() != containers)
                    throw new InvalidOperationException("list lists others");
                if (i >= 0)
                    take($"list of {containers}", Since(begin));
            }
        }
        finally
        {
            for (int i = 0; i < containers; i++)
                _runtime.Delete($"{_id}-{i}", force: true);
        }
        return true;
    }

    private CreateRequest Request(string path, string id) => new() { Id = id, Bundle = path, Supervised = supervised, Stdio = StdioMode.Null };

    private static double Since(long begin) => Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
}
