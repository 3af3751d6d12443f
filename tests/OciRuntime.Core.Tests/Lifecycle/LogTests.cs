using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The log of supervised containers: its limit, and reading over the files that it consists of.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Containers = true)]
public sealed class LogTests : ContainerFixture
{
    private static readonly LogLimit Small = new(LogLimit.LeastSize, 3);

    [Fact]
    public void ALogIsLimitedByDefault()
    {
        Start("c", "yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -n 400000; echo end");
        Runtime.Wait("c");
        long size = LogFiles("c").Sum(file => file.Length);
        Assert.InRange(size, LogLimit.Default.MaxSize, LogLimit.Default.MaxSize * LogLimit.Default.MaxFiles);
        Assert.Equal("end", Assert.Single(Read("c", tail: 1)));
    }

    [Fact]
    public void WhatIsKeptIsReadOverAllFiles()
    {
        Start("c", "seq 1 20000", Small);
        Runtime.Wait("c");
        Assert.Equal(3, LogFiles("c").Length);
        Assert.All(LogFiles("c"), file => Assert.InRange(file.Length, 1, LogLimit.LeastSize));
        int[] lines = Numbers(Read("c"));
        Assert.InRange(lines[0], 2, 19_000);
        Assert.Equal(Enumerable.Range(lines[0], 20_001 - lines[0]), lines);
        Runtime.Delete("c");
        Assert.Empty(Directory.GetDirectories(Root, "c"));
    }

    [Fact]
    public void WithoutALimitAllIsKept()
    {
        Start("c", "seq 1 20000", new LogLimit(LogLimit.NoLimit, 1));
        Runtime.Wait("c");
        Assert.Equal(Enumerable.Range(1, 20_000), Numbers(Read("c")));
    }

    [Fact]
    public void FollowingGoesOnInTheNextFile()
    {
        // Each time as many lines as fill a file, and then a word from the reader: it can't fall behind.
        Start("c", "for r in 0 1 2 3 4 5 6 7; do seq $((r * 1500 + 1)) $((r * 1500 + 1500)); while [ ! -e /go$r ]; do sleep 0.01; done; done", Small);
        var lines = new List<int>();
        foreach (string line in Read("c", follow: true))
        {
            lines.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (lines[^1] % 1500 == 0)
                File.WriteAllText($"{Bundle}/rootfs/go{(lines[^1] / 1500) - 1}", string.Empty);
        }
        Assert.Equal(Enumerable.Range(1, 12_000), lines);
        Assert.True(File.Exists($"{Root}/c/log.7"), string.Join(' ', LogFiles("c").Select(file => file.Name)));
    }

    [Fact]
    public void FollowingOneFileGoesOnInTheNextOne()
    {
        Start("c", "echo 0; for r in 0 1 2 3; do while [ ! -e /go$r ]; do sleep 0.01; done; seq $((r * 1500 + 1)) $((r * 1500 + 1500)); done", Small with { MaxFiles = 1 });
        var lines = new List<int>();
        foreach (string line in Read("c", follow: true))
        {
            lines.Add(int.Parse(line, CultureInfo.InvariantCulture));
            if (lines[^1] % 1500 == 0)
                File.WriteAllText($"{Bundle}/rootfs/go{lines[^1] / 1500}", string.Empty);
        }
        // The old file is gone, but its reader has it open.
        Assert.Equal(Enumerable.Range(0, 6001), lines);
    }

    [Fact]
    public void TheTailOfAnyLengthIsTheEndOfAll()
    {
        // Long lines in parts, short ones of both streams between them, over several files.
        Start("c", """
            i=0
            while [ $i -lt 30 ]; do
                i=$((i + 1))
                echo out $i; echo err $i >&2
                if [ $((i % 5)) = 0 ]; then head -c 40000 /dev/zero | tr '\0' x; echo " $i"; fi
            done
            """, new LogLimit(128 << 10, 2));
        Runtime.Wait("c");
        string[] all = Read("c");
        Assert.Contains(all, line => line.Length > 40_000);
        for (int count = 0; count <= all.Length; count++)
            Assert.Equal(all[^count..], Read("c", tail: count));
        Assert.Equal(all, Read("c", tail: all.Length + 1));
    }

    /// <summary>The last lines are those that were the last ones when they were looked for, whatever is written meanwhile.</summary>
    [Fact]
    public void TheTailOfALogThatGrowsHasItsLength()
    {
        Start("c", "while :; do seq 1 10000; done");
        Assert.True(SpinWait.SpinUntil(() => Read("c", tail: 3).Length == 3, TimeSpan.FromSeconds(20)));
        for (int i = 0; i < 300; i++)
        {
            Assert.Single(Read("c", tail: 1));
            Assert.Equal(3, Read("c", tail: 3).Length);
        }
    }

    [Fact]
    public void ALineThatIsNotEndedIsOneOfTheTail()
    {
        Start("c", "echo one; head -c 20000 /dev/zero | tr '\\0' x; sleep 30");
        Assert.True(SpinWait.SpinUntil(() => LogFiles("c").Sum(file => file.Length) > 16_384, 10_000));
        Assert.Equal(16_384, Assert.Single(Read("c", tail: 1)).Length);
        Assert.Equal(["one"], Read("c", tail: 2)[..1]);
    }

    [Fact]
    public void ALongLineKeepsItsCharacters()
    {
        string text = "x" + string.Concat(Enumerable.Repeat("€ü🐚", 8000));
        File.WriteAllText($"{Bundle}/rootfs/text", text);
        Start("c", "cat /text");
        Runtime.Wait("c");
        Assert.Equal(text, Assert.Single(Read("c")));
    }

    [Fact]
    public void FollowingEndsWhenTheContainerIsAnother()
    {
        Start("c", "echo old; sleep 30");
        var lines = new List<string>();
        foreach (string line in Read("c", follow: true))
        {
            lines.Add(line);
            Runtime.Delete("c", force: true);
            Start("c", "echo new; sleep 30");
        }
        Assert.Equal(["old"], lines);
    }

    [Fact]
    public void LinesThatAreNoneAreLeftOut()
    {
        Start("c", "echo one; echo two");
        Runtime.Wait("c");
        string path = $"{Root}/c/log";
        string[] lines = File.ReadAllLines(path);
        File.WriteAllText(path, $"{lines[0]}\n\njunk\n2026-99-23T17:41:29.123456789Z stdout F no\n{lines[1]}\n{lines[1][..40]}", Encoding.UTF8);
        Assert.Equal(["two"], Read("c")[^1..]);
        Assert.Equal(["two"], Read("c", tail: 1));
    }

    /// <summary>Of a time: whole lines, and the line that never ended.</summary>
    [Fact]
    public void LinesBeforeATimeAreLeftOut()
    {
        Start("c", "echo one; echo two; printf three");
        Runtime.Wait("c");
        string path = $"{Root}/c/log";
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(3, lines.Length);
        // The same lines an hour apart; the last one is a part.
        string[] times = ["2026-01-01T01:00:00.000000000Z", "2026-01-01T02:00:00.000000000Z", "2026-01-01T03:00:00.000000000Z"];
        string[] moved = [.. lines.Select((line, number) => times[number] + line[line.IndexOf(' ', StringComparison.Ordinal)..])];
        File.WriteAllText(path, $"{moved[0]}\n{moved[1]}\n{moved[2].Replace(" F three", " P three", StringComparison.Ordinal)}\n");
        string[][] expected = [["one", "two", "three"], ["two", "three"], ["three"], []];
        for (int hour = 1; hour <= 4; hour++)
        {
            var since = new DateTimeOffset(2026, 1, 1, hour, 0, 0, TimeSpan.Zero);
            Assert.Equal(expected[hour - 1], ContainerLog.Read(Runtime, "c", new LogSpan { Since = since }).Select(record => record.Line));
        }
    }

    [Fact]
    public void ALimitThatIsNoneIsRefused()
    {
        foreach (LogLimit limit in (LogLimit[])[new(0, 1), new(LogLimit.LeastSize - 1, 1), new(-2, 1), new(LogLimit.LeastSize, 0)])
            Assert.Equal(OciErrorCode.InvalidArgument, Assert.Throws<OciException>(() => Start("c", "true", limit)).Code);
        Assert.Empty(Runtime.List());
    }

    private void Start(string id, string script, LogLimit? limit = null)
    {
        OciSpec spec = Script(script);
        CreateRequest request = Request(id, spec, supervised: true);
        Runtime.Create(new CreateRequest { Id = id, Bundle = request.Bundle, Spec = spec, Supervised = true, LogLimit = limit ?? LogLimit.Default });
        Runtime.Start(id);
    }

    private string[] Read(string id, int? tail, bool follow = false) => [.. ContainerLog.Read(Runtime, id, new LogSpan { Tail = tail, Follow = follow }).Select(record => record.Line)];

    private IEnumerable<string> Read(string id, bool follow) => ContainerLog.Read(Runtime, id, new LogSpan { Follow = follow }).Select(record => record.Line);

    private string[] Read(string id) => Read(id, tail: null);

    private static int[] Numbers(string[] lines) => [.. lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private FileInfo[] LogFiles(string id) => new DirectoryInfo($"{Root}/{id}").GetFiles("log*");
}
