using System.Diagnostics;
using System.Globalization;

namespace OciRuntime.Bench;

/// <summary>A module in a PowerShell of its own: its import, and what it does where there are many containers.</summary>
internal sealed class PowerShellSession(string name, string program, string module, CommandRuntime runtime) : IContestant
{
    public string Name => name;

    /// <summary>Imports the module in a new process.</summary>
    public void Import(Action<string, double> take) => Session([], take);

    public double Run() => throw new NotSupportedException();

    public double? RunLimited(bool cold) => null;

    public bool Verbs(Action<string, double> take) => false;

    public bool List(int containers, int rounds, Action<string, double> take)
    {
        runtime.WithContainers(containers, () =>
        {
            Thread.Sleep(TimeSpan.FromSeconds(1)); // as in InProcess
            Session(["-Root", runtime.Root, "-Containers", containers.ToString(CultureInfo.InvariantCulture), "-Rounds", rounds.ToString(CultureInfo.InvariantCulture)], (what, time) =>
            {
                if (what is "list" or "first list" or "completion")
                    take($"{what} of {containers}", time);
            });
        });
        return true;
    }

    private void Session(string[] arguments, Action<string, double> take)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, "-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, "module.ps1"), module, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var what, var time])
                take(what, double.Parse(time, CultureInfo.InvariantCulture));
        }
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{name}: exit code {process.ExitCode}");
    }
}
