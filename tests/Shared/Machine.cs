using System.Diagnostics;

namespace OciRuntime.Tests.Shared;

/// <summary>What tests look for on the machine.</summary>
public static class Machine
{
    /// <summary>Every instruction is translated, so that everything takes twenty times as long.</summary>
    public static bool IsEmulated { get; } = File.ReadLines("/proc/cpuinfo").Any(static line => line.Contains("QEMU TCG", StringComparison.Ordinal));

    /// <summary>Why no containers of busybox can be made here, or null.</summary>
    public static string? MissingForContainers => !Environment.IsPrivilegedProcess ? "needs root" : FindProgram("busybox") is null ? "busybox is not installed" : null;

    /// <summary>The path of a program, or null.</summary>
    public static string? FindProgram(string name)
    {
        // sbin is not on every user's PATH.
        string path = Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The path of a file or folder in shared/data beside the checkout, or null.</summary>
    public static string? FindSharedData(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", file);
            if (Path.Exists(path))
                return path;
        }
        return null;
    }

    /// <summary>The path of a file or folder of the checkout that the tests were built in, or null where it is not.</summary>
    public static string? FindInCheckout(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OciRuntime.sln")))
                return Path.Combine(folder.FullName, relative);
        }
        return null;
    }

    /// <summary>The path of what the build staged, out/RELATIVE above these tests; where it is not, that beside them.</summary>
    public static string InStage(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "out", relative);
            if (Path.Exists(path))
                return path;
        }
        return Path.Combine(AppContext.BaseDirectory, "out", relative);
    }

    /// <summary>The path of a file or folder of the checkout.</summary>
    public static string InCheckout(string relative) => FindInCheckout(relative) ?? throw new FileNotFoundException("no OciRuntime.sln above the tests");

    /// <summary>Runs a program to its end and returns what it printed; throws when it fails.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(FindProgram(program) ?? program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed: {errors.Result}");
    }
}
