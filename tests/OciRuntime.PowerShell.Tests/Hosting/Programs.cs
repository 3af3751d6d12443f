using System.Diagnostics;

namespace OciRuntime.PowerShell.Tests.Hosting;

/// <summary>Runs other programs.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static ProgramResult Run(string file, params string[] arguments) => Run(file, null, arguments);

    public static ProgramResult Run(string file, string? input, string[] arguments)
    {
        using Process process = Start(file, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end");
        }
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The next line that a program prints.</summary>
    public static string? Line(Process process)
    {
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        if (line.Wait(Patience))
            return line.Result;
        process.Kill();
        throw new TimeoutException("the program printed nothing");
    }

    public static Process Start(string file, params string[] arguments)
    {
        // Whoever runs the tests in the background may have SIGINT ignored, which children inherit.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,QUIT", file, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        // What this process has set for itself is not for its children.
        start.Environment.Remove("PSModulePath");
        return Process.Start(start)!;
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);
