using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>
/// A caller that has closed its standard streams (CVE-2024-21626): the numbers 0, 1 and 2, which a container keeps, must not become
/// those of the runtime's own files.
/// </summary>
public sealed class ClosedStreamsTests : IDisposable
{
    private readonly Bundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    [Theory]
    [InlineData("<&-")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public void TheContainerGetsTheNullDevice(string closed)
    {
        string[] open = [.. ((string[])["<", ">", "2>"]).Select((stream, number) => closed.Contains(stream + "&-", StringComparison.Ordinal) && !(stream == ">" && closed == "2>&-") ? "/dev/null" : number.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        _bundle.Configure("sleep", "300");
        // A container ends when what was executed in it has been waited for, which the machine's init does in its own time.
        using var reaper = new Subreaper();
        string run = _bundle.NewId(), created = _bundle.NewId(), exec = System.IO.Path.Combine(_bundle.Work, "exec.pid");
        Closed("run", "-d", run);
        Closed("create", created);
        _bundle.Good("start", created);
        Closed("exec", "-d", "--pid-file", exec, run, "sleep", "300");

        string[] pids = [File.ReadAllText(exec), Pid(run), Pid(created)];
        foreach (string pid in pids)
        {
            for (int fd = 0; fd <= 2; fd++)
            {
                string target = File.ResolveLinkTarget($"/proc/{pid}/fd/{fd}", returnFinalTarget: false)!.FullName;
                if (open[fd] == "/dev/null")
                    Assert.Equal("/dev/null", target);
                else
                    Assert.DoesNotContain("oci", target.Replace("/oci-tests-", "/", StringComparison.Ordinal), StringComparison.Ordinal);
            }
            Assert.Equal(3, Directory.EnumerateFiles($"/proc/{pid}/fd").Count());
        }
        _bundle.Good("kill", run, "KILL");
        _bundle.Good("kill", created, "KILL");
        foreach (string pid in pids)
            Subreaper.Wait(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));

        void Closed(params string[] arguments)
        {
            string[] command = ["-c", $"exec \"$@\" {closed}", "sh", Ocirun.Path, "--root", _bundle.Root, .. arguments];
            Assert.Equal(0, Ocirun.RunAs("/bin/sh", _bundle.Path, command).ExitCode);
        }
    }

    private string Pid(string id) => System.Text.Json.Nodes.JsonNode.Parse(_bundle.Good("state", id))!["pid"]!.ToString();
}
