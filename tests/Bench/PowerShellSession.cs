using System.Diagnostics;
using System.Globalization;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Bench;

/// <summary>The module in a PowerShell of its own: its import, and what it does where there are many containers.</summary>
internal sealed class PowerShellSession(string program, BenchBundle bundle) : IContestant
{
    private readonly ContainerRuntime _runtime = new(new RuntimeOptions { Root = Path.Combine(bundle.Work, "root-session") });

    public string Name => "PowerShell";

    /// <summary>Imports the module, each time in a new process.</summary>
    public void Import(int rounds, Action<string, double> take)
    {
        for (int i = 0; i <= rounds; i++)
            Session([], i == 0 ? static (_, _) => { } : take);
    }

    public double Run() => throw new NotSupportedException();

    public double? RunLimited(bool cold) => null;

    public bool Verbs(Action<string, double> take) => false;

    public bool List(int containers, int rounds, Action<string, double> take)
    {
        string id = bundle.Name + "-session-";
        try
        {
            for (int i = 0; i < containers; i++)
                _runtime.Create(new CreateRequest { Id = id + i.ToString(CultureInfo.InvariantCulture), Bundle = bundle.Sleep, Stdio = StdioMode.Null });
            Thread.Sleep(TimeSpan.FromSeconds(1)); // as in InProcess
            Session(["-Root", _runtime.Root, "-Containers", containers.ToString(CultureInfo.InvariantCulture), "-Rounds", rounds.ToString(CultureInfo.InvariantCulture)], (what, time) =>
            {
                if (what is "list" or "first list" or "completion")
                    take($"{what} of {containers}", time);
            });
        }
        finally
        {
            for (int i = 0; i < containers; i++)
                _runtime.Delete(id + i.ToString(CultureInfo.InvariantCulture), force: true);
        }
        return true;
    }

    private void Session(string[] arguments, Action<string, double> take)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, "-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, "module.ps1"), Machine.InStage("OciRuntime/OciRuntime.psd1"), .. arguments])
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
            throw new InvalidOperationException($"{Name}: exit code {process.ExitCode}");
    }
}
