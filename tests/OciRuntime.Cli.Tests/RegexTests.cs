using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>kill --regex</c> and <c>delete --regex</c>, as crun has them.</summary>
public sealed class RegexTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public RegexTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void KillReachesAllThatFitAndHaveNotEnded()
    {
        string one = _bundle.StartSleeper(), two = _bundle.StartSleeper(), other = _bundle.StartSleeper();
        string pattern = $"^({one}|{two})$";
        Assert.Empty(_bundle.Good("kill", "--regex", pattern, "KILL"));
        _bundle.Await(one, "stopped");
        _bundle.Await(two, "stopped");
        Assert.Equal("running", Status(other));
        // Those that have ended are not meant, nor is one that fits nothing an error.
        Assert.Empty(_bundle.Good("kill", "-r", pattern, "KILL"));
        Assert.Empty(_bundle.Good("kill", "-r", "^nothing$"));
    }

    [Fact]
    public void DeleteRemovesAllThatFit()
    {
        string one = _bundle.StartSleeper(), two = _bundle.StartSleeper(), other = _bundle.StartSleeper();
        string pattern = $"{one[^8..]}|{two[^8..]}"; // anywhere in the id
        Assert.Empty(_bundle.Good("delete", "--force", "--regex", pattern));
        string[] left = _bundle.Good("list", "-q").Split('\n');
        Assert.DoesNotContain(one, left);
        Assert.DoesNotContain(two, left);
        Assert.Contains(other, left);
    }

    [Fact]
    public void AnErrorOfOneKeepsNothingFromTheOthers()
    {
        string running = _bundle.StartSleeper(), stopped = _bundle.StartSleeper();
        _bundle.Good("kill", stopped, "KILL");
        _bundle.Await(stopped, "stopped");
        Result result = _bundle.Run("delete", "--regex", $"^({running}|{stopped})$");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"{running}: cannot delete container {running} that is not stopped: running", result.Message);
        Assert.DoesNotContain(stopped, _bundle.Good("list", "-q").Split('\n'));
    }

    [Fact]
    public void WhatIsNoExpressionIsAnError()
    {
        Result result = _bundle.Run("delete", "-f", "--regex", "a(");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("invalid regular expression \"a(\": ", result.Message);
    }

    private string Status(string id) => JsonNode.Parse(_bundle.Good("state", id))!["status"]!.GetValue<string>();
}
