using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A cgroup of this machine below /oci-tests, whatever the layout, and processes in it. At the end nothing of it is left.</summary>
public abstract class CgroupTest : IDisposable
{
    private readonly List<Process> _children = [];

    private protected CgroupTest(Func<HostFacts, HostFacts>? change = null)
    {
        Host = HostFacts.Read();
        Host = change?.Invoke(Host) ?? Host;
        Path = "/oci-tests/" + Guid.NewGuid().ToString("N");
        Cgroup = CgroupFactory.ForNew(Host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(Path), "test");
    }

    private protected HostFacts Host { get; }

    private protected string Path { get; }

    private protected IContainerCgroup Cgroup { get; }

    private protected bool Unified => Host.Cgroups.Mode == CgroupMode.Unified;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        string[] directories = [.. Cgroup.Paths.Values.Distinct()];
        if (directories.Any(Directory.Exists))
            Cgroup.Signal(9);
        foreach (Process child in _children)
        {
            child.WaitForExit();
            child.Dispose();
        }

        Cgroup.Remove(CancellationToken.None);
        AssertGone(directories);
        foreach (string directory in directories)
        {
            try
            {
                Directory.Delete(System.IO.Path.GetDirectoryName(directory)!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Other tests have cgroups there; the last one removes it.
            }
        }
    }

    private protected static void AssertGone(IEnumerable<string> directories) => Assert.All(directories, directory => Assert.False(Directory.Exists(directory), directory));

    private protected bool HasSwapAccounting() => File.Exists(Cgroup.Paths[Unified ? string.Empty : "memory"][..^Path.Length] + (Unified ? "/oci-tests/memory.swap.max" : "/memory.memsw.limit_in_bytes"));

    /// <summary>A shell joins by itself, as a container's init does, and becomes the script.</summary>
    private protected Process Join(string script, params IEnumerable<string> arguments)
    {
        IEnumerable<string> files = Cgroup.JoinFiles.Append(Cgroup.CloneDirectory is { } directory ? directory + "/cgroup.procs" : null).OfType<string>();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Concat(files.Select(file => $"echo 0 > {file}; ")) + "echo joined; " + script);
        start.ArgumentList.Add("sh");
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        _children.Add(process);
        Assert.Equal("joined", process.StandardOutput.ReadLine());
        return process;
    }

    /// <summary>The exit status of a script that runs inside.</summary>
    private protected int Run(string script, params IEnumerable<string> arguments)
    {
        Process process = Join(script, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private protected string Read(string controller, string file) => File.ReadAllText(Cgroup.Paths[Unified ? string.Empty : controller] + "/" + file).Trim();

    private protected string Read(string controller, string v1, string v2) => Read(controller, Unified ? v2 : v1);

    private protected static long CpuTicks(int pid)
    {
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        return long.Parse(fields[13]) + long.Parse(fields[14]);
    }

    private protected static void Until(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            Assert.True(i < 10_000, "it did not come to pass in ten seconds");
            Thread.Sleep(1);
        }
    }
}
