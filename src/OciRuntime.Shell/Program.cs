using OciRuntime.Shell;

// SMA reports usage unless told not to before it loads.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

if (!ShellOptions.TryParse(args, out ShellOptions options, out string problem))
{
    Console.Error.WriteLine($"oci-pwsh: {problem}");
    Console.Error.WriteLine("oci-pwsh -Help lists the parameters.");
    return ShellExitCode.BadArguments;
}
if (options.Help)
{
    Console.Out.Write(ShellOptions.Usage);
    return ShellExitCode.Success;
}
if (options.Version)
{
    Console.Out.WriteLine(ShellVersion.Text);
    return ShellExitCode.Success;
}

using var session = new ShellSession(options);
return session.Run();
