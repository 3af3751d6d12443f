using System.Diagnostics;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>
/// security.md 2.2, 2.13: what is open in a process that others in its pid namespace can see, at its birth: pipes, sockets, memfds, the pidfd of
/// the container's own init, namespaces and detached mounts. No file of the host, and no directory with a way up to one.
/// </summary>
public sealed class BirthTests : IClassFixture<Bundle>
{
    private static readonly string[] Harmless = ["pipe", "socket", "memfd", "detached", "namespace", "anonymous"];

    private readonly Bundle _bundle;

    public BirthTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void TheProcessOfAnExec()
    {
        string id = _bundle.StartSleeper();
        Check(Assert.Single(Births("exec", id, "true")));
    }

    /// <summary>Its root is handed in, since it is not that of a mount namespace; from that directory ".." leads on.</summary>
    [Fact, Needs(Program = "unshare")]
    public void TheProcessOfAnExecInAMountNamespaceOfOthers()
    {
        string id = _bundle.NewId();
        _bundle.Configure(
            static config =>
            {
                JsonArray namespaces = config["linux"]!["namespaces"]!.AsArray();
                namespaces.Remove(namespaces.First(one => one!["type"]!.GetValue<string>() == "mount"));
                config["mounts"] = new JsonArray();
                config["root"]!["readonly"] = false;
                config["linux"]!.AsObject().Remove("maskedPaths");
                config["linux"]!.AsObject().Remove("readonlyPaths");
            },
            "sleep", "300");
        Result run = Ocirun.RunAs("unshare", _bundle.Path, "--mount", "--propagation", "private", Ocirun.Path, "--root", _bundle.Root, "run", "-d", id);
        Assert.True(run.ExitCode == 0, run.Error);
        // From there, so that a directory is one to the tracer too and no detached mount.
        string pid = JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.ToString();
        Check(Assert.Single(BirthsBy(["nsenter", $"--mount=/proc/{pid}/ns/mnt", $"--wd={_bundle.Path}"], "exec", id, "true")));
    }

    /// <summary>A pod that shares its processes: they can look at each new one of its containers.</summary>
    [Fact]
    public void TheInitOfAContainerInAPidNamespaceOfOthers()
    {
        string pod = _bundle.StartSleeper(), id = _bundle.NewId();
        int pid = JsonNode.Parse(_bundle.Good("state", pod))!["pid"]!.GetValue<int>();
        _bundle.Configure(
            config => config["linux"]!["namespaces"]!.AsArray().First(one => one!["type"]!.GetValue<string>() == "pid")!["path"] = $"/proc/{pid}/ns/pid",
            "sleep", "300");
        Birth birth = Assert.Single(Births("create", id));
        Assert.NotEqual(1, birth.Pid);
        Check(birth);
    }

    /// <summary>In a pid namespace of its own it is the first, which nobody there can look at; when an exec may come it holds no more than a socket.</summary>
    [Fact]
    public void TheInitOfAContainerByItself()
    {
        string id = _bundle.NewId();
        _bundle.Configure("sleep", "300");
        Assert.Equal(1, Assert.Single(Births("create", id)).Pid);
        int init = JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.GetValue<int>();
        Assert.All(
            Directory.EnumerateFiles($"/proc/{init}/fd").Where(static fd => int.Parse(Path.GetFileName(fd)) > 2).Select(static fd => new FileInfo(fd).LinkTarget),
            static target => Assert.StartsWith("socket:", target, StringComparison.Ordinal));
    }

    /// <summary>One that a process of the container holds is nothing to wait for when the command is told to end.</summary>
    [Fact]
    public void AnExecThatIsHeldEndsWithTheSignal()
    {
        string id = _bundle.NewId();
        using var files = new TemporaryDirectory();
        PayloadProgram.Write("hunter", Path.Combine(_bundle.Path, "rootfs", "bin", "hunter"));
        _bundle.Configure(
            config =>
            {
                foreach (string set in (string[])["bounding", "effective", "permitted"])
                    config["process"]!["capabilities"]![set]!.AsArray().Add("CAP_SYS_PTRACE");
            },
            "hunter", "hold");
        using Process run = Ocirun.Start(Ocirun.Path, _bundle.Path, files["hunter"], files["err"], "--root", _bundle.Root, "run", "-d", id);
        Assert.Equal(0, Ocirun.End(run));
        string? error = null;
        for (int i = 0; i < 500 && error is null; i++)
        {
            using Process exec = Ocirun.Start(Ocirun.Path, _bundle.Path, files["out"], files["error"], "--root", _bundle.Root, "exec", id, "true");
            Assert.True(SpinWait.SpinUntil(() => exec.HasExited || IsHeld(), TimeSpan.FromSeconds(60)));
            if (!IsHeld())
                continue;
            Machine.Run("/bin/kill", "-TERM", exec.Id.ToString());
            Assert.NotEqual(0, Ocirun.End(exec));
            error = File.ReadAllText(files["error"]);
        }
        Assert.Contains("stopped", error, StringComparison.Ordinal);
        Assert.Contains("cancelled", error, StringComparison.Ordinal);

        bool IsHeld() => File.ReadAllText(files["hunter"]).Contains("hold 1", StringComparison.Ordinal);
    }

    private static void Check(Birth birth)
    {
        Assert.NotEmpty(birth.Descriptors);
        Assert.All(birth.Descriptors, static one => Assert.Contains(one.Split(' ')[0], Harmless));
        Assert.All(birth.Descriptors.Where(static one => one.StartsWith("anonymous", StringComparison.Ordinal)), static one => Assert.Equal("anonymous anon_inode:[pidfd]", one));
    }

    private List<Birth> Births(params string[] arguments) => BirthsBy([], arguments);

    private List<Birth> BirthsBy(string[] command, params string[] arguments)
    {
        using var files = new TemporaryDirectory();
        PayloadProgram.Write("births", files["births"]);
        string[] all = [.. command, files["births"], Ocirun.Path, "--root", _bundle.Root, .. arguments];
        Result result = Ocirun.RunAs(all[0], _bundle.Path, all[1..]);
        Assert.True(result.ExitCode == 0, result.Error);
        List<Birth> births = [];
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is ["birth", { } pid])
                births.Add(new(int.Parse(pid), []));
            else
                births[^1].Descriptors.Add(line);
        }
        return births;
    }

    private sealed record Birth(int Pid, List<string> Descriptors);
}
