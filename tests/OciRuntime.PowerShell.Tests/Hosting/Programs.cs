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

    public static Process Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        // What this process has set for itself is not for its children.
        start.Environment.Remove("PSModulePath");
        return Process.Start(start)!;
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);
