using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Bench;

/// <summary>A runtime with the command line of runc.</summary>
internal sealed class CommandRuntime(string name, string program, BenchBundle bundle, Command command) : IContestant
{
    private readonly string _root = Directory.CreateDirectory(Path.Combine(bundle.Roots, Word(name))).FullName;
    private readonly string _id = bundle.Name + "-" + Word(name);

    public string Name => name;

    public string Program => program;

    public string Root => _root;

    public double Run() => command.Time(program, RunArguments);

    public double? RunLimited(bool cold)
    {
        if (cold)
            ForgetPrograms();
        return command.Time(program, ["--root", _root, "run", "--bundle", bundle.Limited, _id]);
    }

    public IReadOnlyList<string> RunArguments => ["--root", _root, "run", "--bundle", bundle.Run, _id];

    public bool Verbs(Action<string, double> take)
    {
        string pidFile = Path.Combine(bundle.Work, "pid");
        take("create", Verb("create", "--bundle", bundle.Sleep, "--pid-file", pidFile, _id));
        int pid = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
        take(Report.Memory, PrivateKilobytes(pid));
        take("state", Verb("state", _id));
        take("start", Verb("start", _id));
        take("exec true", Verb("exec", _id, "/bin/true"));
        using (var init = new ProcessHandle(pid, new SafeFd(Libc.pidfd_open(pid))))
        {
            take("kill", Verb("kill", _id, "KILL"));
            using var never = new CancelSignal(CancellationToken.None);
            init.WaitExit(never);
        }
        take("delete", Verb("delete", _id));
        return true;
    }

    public bool List(int containers, int rounds, Action<string, double> take)
    {
        WithContainers(containers, () =>
        {
            for (int i = 0; i < rounds; i++)
                take($"list of {containers}", Verb("list"));
        });
        return true;
    }

    /// <summary>Does something while there are so many containers in the root.</summary>
    public void WithContainers(int containers, Action action)
    {
        try
        {
            for (int i = 0; i < containers; i++)
                Verb("create", "--bundle", bundle.Sleep, $"{_id}-{i}");
            action();
        }
        finally
        {
            for (int i = 0; i < containers; i++)
                Verb("delete", "--force", $"{_id}-{i}");
        }
    }

    // Where ocirun and crun keep compiled profiles.
    private void ForgetPrograms()
    {
        foreach (string cache in (string[])[SeccompCache.DirectoryName, ".cache"])
        {
            if (Directory.Exists(Path.Combine(_root, cache)))
                Directory.Delete(Path.Combine(_root, cache), recursive: true);
        }
    }

    private static string Word(string name) => name.Replace(", ", "-", StringComparison.Ordinal);

    private double Verb(params string[] arguments) => command.Time(program, ["--root", _root, .. arguments]);

    private static double PrivateKilobytes(int pid)
    {
        double sum = 0;
        foreach (string line in File.ReadLines($"/proc/{pid}/smaps_rollup"))
        {
            if (line.StartsWith("Private_", StringComparison.Ordinal))
                sum += double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        return sum;
    }
}

/// <summary>The kernel work alone.</summary>
internal sealed class FloorProgram(string program, BenchBundle bundle, Command command) : IContestant
{
    public string Name => Report.Floor;

    public string Program => program;

    public IReadOnlyList<string> RunArguments => [bundle.Rootfs, bundle.Name + "-floor", "/bin/true"];

    public double Run() => command.Time(program, RunArguments);

    public double? RunLimited(bool cold) => null;

    public bool Verbs(Action<string, double> take) => false;

    public bool List(int containers, int rounds, Action<string, double> take) => false;
}
