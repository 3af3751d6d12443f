using System.Text.Json;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class PlanTextTests
{
    private static readonly LaunchPlan Sample = new(
    [
        new MaskStep { Path = "/proc/keys", IgnoreMissing = true, SpecPointer = "/linux/maskedPaths/3" },
        new OomScoreStep { Score = -1, WarnOnly = true },
        new ExecStep { Args = ["sh", "-c", "a\nb"], Env = [] },
    ])
    {
        Remarks = [new("one\ntwo", PlanWarningKind.Other, "")],
    };

    [Fact]
    public void AStepIsALine() => Assert.Equal(
        """
          0  mask             /proc/keys (if there) [/linux/maskedPaths/3]
          1  oom_score        -1 (or warn)
          2  exec             sh -c a\nb
        warning: one\ntwo

        """, PlanText.Write(Sample), ignoreLineEndingDifferences: true);

    [Fact]
    public void JsonHasTheSame()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            PlanJson.Write(Sample, json);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement steps = document.RootElement.GetProperty("steps");
        Assert.Equal(3, steps.GetArrayLength());
        Assert.Equal("/linux/maskedPaths/3", steps[0].GetProperty("pointer").GetString());
        Assert.True(steps[0].GetProperty("ignoreMissing").GetBoolean());
        Assert.True(steps[1].GetProperty("warnOnly").GetBoolean());
        Assert.Equal((2, "exec", "sh", "-c a\nb"), (steps[2].GetProperty("index").GetInt32(), steps[2].GetProperty("name").GetString(), steps[2].GetProperty("object").GetString(), steps[2].GetProperty("detail").GetString()));
        Assert.Equal("one\ntwo", document.RootElement.GetProperty("warnings")[0].GetString());
    }

    [Fact]
    public void ALineMayBeginWithABreak() => Assert.Equal("warning: \\na\\r\\tb\n", PlanText.Write(new LaunchPlan([]) { Remarks = [new("\na\r\tb", PlanWarningKind.Other, "")] }));

    /// <summary>Most paths are clean, and there are many.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("/ab/c.d/..e")]
    [InlineData("/.a/b..")]
    public void ACleanPathIsNotCopied(string path)
    {
        string given = new(path);
        Assert.Same(given, ContainerPath.Clean(given));
    }

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("a//b/./c/", "/a/b/c")]
    [InlineData("/../../x/../y", "/y")]
    [InlineData("/..", "/")]
    public void PathsAreCleaned(string path, string clean) => Assert.Equal(clean, ContainerPath.Clean(path));
}
