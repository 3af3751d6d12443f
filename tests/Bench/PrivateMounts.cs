using System.Diagnostics;

namespace OciRuntime.Bench;

/// <summary>
/// A mount namespace of the benchmark's own. crun 1.8 refuses the hybrid cgroup layout unless the v2 hierarchy has no controllers, so
/// there an empty file stands in front of its list, for all contestants alike.
/// </summary>
internal static class PrivateMounts
{
    private const string Mark = "OCI_BENCH_MOUNTS";
    private const string Controllers = "/sys/fs/cgroup/unified/cgroup.controllers";

    /// <summary>Runs this program again in the namespace; null when it is there already.</summary>
    public static int? Reexecute(string[] args)
    {
        if (Environment.GetEnvironmentVariable(Mark) is not null)
            return null;
        if (!Environment.IsPrivilegedProcess)
        {
            Console.Error.WriteLine("bench: containers and private mounts need root");
            return 2;
        }
        string empty = Path.GetTempFileName();
        try
        {
            string script = File.Exists(Controllers) ? $"mount --bind {empty} {Controllers} && exec \"$@\"" : "exec \"$@\"";
            var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", script, "sh", Environment.ProcessPath!]);
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(PrivateMounts).Assembly.Location);
            foreach (string arg in args)
                start.ArgumentList.Add(arg);
            start.Environment[Mark] = "1";
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        finally
        {
            File.Delete(empty);
        }
    }
}
