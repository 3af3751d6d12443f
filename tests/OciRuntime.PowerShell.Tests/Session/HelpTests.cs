using System.Management.Automation;
using System.Text.RegularExpressions;
using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Session;

public sealed partial class HelpTests
{
    public static TheoryData<string> Cmdlets() => [.. Pages().Select(page => Path.GetFileNameWithoutExtension(page))];

    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (string page in Pages())
        {
            foreach (Match example in Example().Matches(File.ReadAllText(page)))
                data.Add(Path.GetFileNameWithoutExtension(page), example.Groups[1].Value);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void IsComplete(string cmdlet)
    {
        using var shell = new PowerShellHost();
        PSObject help = Assert.Single(shell.Get("Get-Help $name -Full", ("name", cmdlet)));
        Assert.NotEmpty(Text(help, "Synopsis"));
        Assert.NotEmpty(shell.Get("(Get-Help $name -Full).description.Text", ("name", cmdlet)));
        Assert.True(shell.Get("@((Get-Help $name -Full).examples.example).Count", ("name", cmdlet))[0].BaseObject is >= 2);
        string[] described = [.. shell.Get("(Get-Help $name -Full).parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object name", ("name", cmdlet)).Select(name => name.ToString())];
        var info = (CmdletInfo)shell.Get("Get-Command $name", ("name", cmdlet))[0].BaseObject;
        Assert.Equal(info.Parameters.Keys.Except(Cmdlet.CommonParameters).Order(), described.Order());
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void ShowsOnAScreen(string cmdlet)
    {
        using var shell = new PowerShellHost();
        string text = shell.Show("Get-Help $name -Full", ("name", cmdlet));
        foreach (string heading in (string[])["NAME", "SYNOPSIS", "SYNTAX", "DESCRIPTION", "PARAMETERS", "INPUTS", "OUTPUTS", "Example 1", "Example 2"])
            Assert.Contains(heading, text);
    }

    [Fact]
    public void EveryCmdletHasAPage()
    {
        using var shell = new PowerShellHost();
        Assert.Equal(shell.Get("(Get-Command -Module OciRuntime).Name").Select(name => name.ToString()).Order(), Pages().Select(page => Path.GetFileNameWithoutExtension(page)).Order());
    }

    [Fact]
    public void AboutTopicIsFound()
    {
        using var shell = new PowerShellHost();
        Assert.Contains("state root", shell.Show("Get-Help about_OciRuntime"));
    }

    // As the pages say: in a directory with the bundle ./web, and what New-OciBundle's page names.
    [ContainerTheory]
    [MemberData(nameof(Examples))]
    public void ExampleRuns(string cmdlet, string title)
    {
        string code = Example().Matches(File.ReadAllText(Path.Combine(Repository.HelpDirectory, cmdlet + ".md"))).First(match => match.Groups[1].Value == title).Groups[2].Value;
        using var fixture = new BundleFixture();
        using PowerShellHost shell = fixture.Open();
        shell.Runspace.SessionStateProxy.Path.SetLocation(fixture.Work);
        Directory.Move(fixture.Bundle, Path.Combine(fixture.Work, "web"));
        string rootfs = Path.Combine(fixture.Work, "web", "rootfs");
        if (code.Contains("./web.tar", StringComparison.Ordinal))
            Programs.Run("/bin/tar", "-C", rootfs, "-cf", Path.Combine(fixture.Work, "web.tar"), ".");
        if (code.Contains("./image", StringComparison.Ordinal))
            ImageLayout.Write(Path.Combine(fixture.Work, "image"), rootfs);
        ScriptResult result = shell.Run(code);
        // SilentlyContinue keeps an error off the stream; what is there was not meant.
        Assert.Empty(result.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"));
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Repository.HelpDirectory, "*-*.md").Order(StringComparer.Ordinal);

    private static string Text(PSObject help, string property) => help.Properties[property].Value?.ToString()?.Trim() ?? string.Empty;

    [GeneratedRegex(@"^### (Example [^\n]+)\n\n```powershell\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
