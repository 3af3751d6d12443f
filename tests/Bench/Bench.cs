using System.Globalization;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Bench;

/// <summary>All contestants take turns, in another order every round, so that the machine's moods hit all alike.</summary>
internal sealed class Bench : IDisposable
{
    // Enough for the in-process pipeline's code to be compiled with optimisations.
    private const int WarmUps = 40;

    private readonly BenchOptions _options;
    private readonly BenchBundle _bundle = new();
    private readonly Command _command;
    private readonly List<IContestant> _contestants = [];
    private readonly Report _report = new();
    private readonly Random _random = new(1);

    public Bench(BenchOptions options)
    {
        _options = options;
        _command = new Command(_bundle.Work);
        if (_bundle.Floor is { } floor)
            _contestants.Add(new FloorProgram(floor, _bundle, _command));
        else
            _report.Missing(Report.Floor, "no C compiler that links statically (gcc, musl-tools)");
        Add("ocirun", Existing(options.Ocirun), $"{options.Ocirun} is not built");
        if (options.Before is { } before)
            Add("ocirun, " + Report.Before, Existing(Path.Combine(before, "bin/ocirun")), $"{before}/bin/ocirun is not built");
        _contestants.Add(new InProcess(supervised: false, _bundle));
        _contestants.Add(new InProcess(supervised: true, _bundle));
        foreach (string peer in (string[])[Report.Crun, Report.Runc])
            Add(peer, Find(peer), "not installed");
    }

    public int Run()
    {
        foreach (InProcess warm in _contestants.OfType<InProcess>())
        {
            for (int i = 0; i < WarmUps; i++)
            {
                warm.Run();
                warm.RunLimited(cold: i % 2 == 0);
            }
        }
        Rounds((contestant, take) => take("run", contestant.Run()));
        Rounds(Limited);
        CountSyscalls();
        if (!_options.OnlyRun)
        {
            Rounds((contestant, take) => contestant.Verbs(take));
            PowerShellSession[] sessions = Sessions();
            for (int round = 0; round <= _options.Rounds; round++)
            {
                foreach (PowerShellSession session in sessions)
                    session.Import(round == 0 ? static (_, _) => { } : (what, time) => _report.Take(what, session.Name, time));
            }
            foreach (IContestant contestant in _options.Listed > 0 ? [.. _contestants, .. sessions] : (IContestant[])[])
                contestant.List(_options.Listed, _options.Rounds, (verb, time) => _report.Take(verb, contestant.Name, time));
        }
        Console.Write(_report.Text(_options.Rounds));
        return 0;
    }

    public void Dispose()
    {
        _command.Dispose();
        _bundle.Dispose();
    }

    private void Rounds(Action<IContestant, Action<string, double>> measure)
    {
        IContestant[] order = [.. _contestants];
        // The first round finds cold caches and is thrown away.
        for (int round = 0; round <= _options.Rounds; round++)
        {
            _random.Shuffle(order);
            foreach (IContestant contestant in order)
                measure(contestant, round == 0 ? static (_, _) => { } : (row, value) => _report.Take(row, contestant.Name, value));
        }
    }

    private static void Limited(IContestant contestant, Action<string, double> take)
    {
        if (contestant.RunLimited(cold: true) is { } cold)
            take("limits, cold", cold);
        if (contestant.RunLimited(cold: false) is { } warm)
            take("limits, warm", warm);
    }

    private void CountSyscalls()
    {
        if (Find("strace") is not { } strace)
        {
            _report.Missing("syscalls of run", "strace is not installed");
            return;
        }
        string counts = Path.Combine(_bundle.Work, "counts");
        foreach (IContestant contestant in _contestants)
        {
            (string Program, IReadOnlyList<string> Arguments)? run = contestant switch
            {
                CommandRuntime runtime => (runtime.Program, runtime.RunArguments),
                FloorProgram floor => (floor.Program, floor.RunArguments),
                _ => null,
            };
            if (run is not { } command)
                continue;
            _command.Time(strace, ["-f", "-c", "-o", counts, command.Program, .. command.Arguments]);
            string[] total = File.ReadLines(counts).Last(line => line.EndsWith("total", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _report.Take(Report.Syscalls, contestant.Name, double.Parse(total[3], CultureInfo.InvariantCulture));
        }
    }

    private PowerShellSession[] Sessions()
    {
        if (Environment.GetEnvironmentVariable("OCI_PSHOME") is not { } home)
        {
            _report.Missing("PowerShell", "it is known to ./build.sh bench alone");
            return [];
        }
        string program = Path.Combine(home, "pwsh.dll");
        PowerShellSession Session(string name, string module, string ocirun) => new(name, program, module, new CommandRuntime(name, ocirun, _bundle, _command));
        PowerShellSession own = Session("PowerShell", Machine.InStage("OciRuntime/OciRuntime.psd1"), _options.Ocirun);
        return _options.Before is { } before
            ? [own, Session("PowerShell, " + Report.Before, Path.Combine(before, "OciRuntime/OciRuntime.psd1"), Path.Combine(before, "bin/ocirun"))]
            : [own];
    }

    private void Add(string name, string? program, string reason)
    {
        if (program is not null)
            _contestants.Add(new CommandRuntime(name, program, _bundle, _command));
        else
            _report.Missing(name, reason);
    }

    private static string? Existing(string file) => File.Exists(file) ? file : null;

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/bin:/sbin:/bin")
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}
