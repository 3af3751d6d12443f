using System.Text.Json;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>Cmdlets and <c>ocirun</c> over the same state.</summary>
public sealed class OcirunTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public OcirunTests(BundleFixture fixture) => _fixture = fixture;

    [OcirunFact]
    public void OcirunListsKillsAndDeletesACmdletsContainer()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        string pid = shell.Get("(New-OciContainer $id $bundle | Start-OciContainer -PassThru).Pid", ("id", id))[0].ToString();
        using (JsonDocument list = JsonDocument.Parse(Ocirun("list", "-f", "json")))
        {
            JsonElement row = list.RootElement.EnumerateArray().Single(item => item.GetProperty("id").GetString() == id);
            Assert.Equal("running", row.GetProperty("status").GetString());
            Assert.Equal(pid, row.GetProperty("pid").ToString());
        }
        Ocirun("kill", id, "KILL");
        Assert.Equal(137, shell.Get("(Wait-OciContainer $id -Timeout 30).ExitCode")[0].BaseObject);
        Ocirun("delete", id);
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
    }

    [OcirunFact]
    public void CmdletsStartStopAndRemoveOcirunsContainer()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        Ocirun("create", "--bundle", _fixture.Bundle, id);
        Assert.Equal("Created", shell.Get("(Get-OciContainer $id).Status", ("id", id))[0].ToString());
        shell.Get("Start-OciContainer $id");
        using (JsonDocument state = JsonDocument.Parse(Ocirun("state", id)))
            Assert.Equal("running", state.RootElement.GetProperty("status").GetString());
        shell.Get("Stop-OciContainer $id -Force; Remove-OciContainer $id");
        Assert.DoesNotContain(id, Ocirun("list", "-q"));
    }

    private string Ocirun(params string[] arguments)
    {
        // Standard streams that a container inherits must not be pipes that are waited for: create keeps them open.
        ProgramResult result = Programs.Run("/bin/sh", null, ["-c", "out=$1; shift; \"$@\" >\"$out\" 2>\"$out.err\" </dev/null; code=$?; cat \"$out\"; cat \"$out.err\" >&2; exit $code", "sh",
            Path.Combine(_fixture.Work, "ocirun-output"), Repository.Ocirun, "--root", _fixture.Root, .. arguments]);
        Assert.True(result.ExitCode == 0, $"ocirun {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }
}
