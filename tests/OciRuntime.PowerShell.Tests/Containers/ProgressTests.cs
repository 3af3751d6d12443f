using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using OciRuntime.PowerShell.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Containers;

/// <summary>Work that takes long shows how far it is: nothing in the first second, and nothing is left on the screen.</summary>
[Needs(Containers = true)]
public sealed class ProgressTests : IClassFixture<BundleFixture>
{
    private readonly BundleFixture _fixture;

    public ProgressTests(BundleFixture fixture) => _fixture = fixture;

    [Fact]
    public void AStopThatWaitsTellsForWhom()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        shell.Get("New-OciContainer $id $bundle -Spec (New-OciSpec sleep, 300) | Start-OciContainer", ("id", id));
        // Pid 1 does not hear what it has no handler for, so it is killed when its time is over.
        List<ProgressRecord> records = Run(shell, "Stop-OciContainer $id -Timeout 2");
        Assert.Equal($"1 of 1: waiting for {id}", records[0].StatusDescription);
        AssertCompleted(records, "Stop containers");
        Assert.Equal("Stopped", shell.Get("(Get-OciContainer $id).Status")[0].ToString());
    }

    [Fact]
    public void ARemovalOfManyCounts()
    {
        using PowerShellHost shell = _fixture.Open();
        string id = _fixture.NewId();
        // The hook of the first takes its time; the second is what is told.
        const string Script = """
            $slow = New-OciSpec true
            $slow.Hooks = [OciRuntime.Core.Spec.OciHooks]::new()
            $hook = [OciRuntime.Core.Spec.OciHook]::new()
            $hook.Path = '/bin/sh'
            $hook.Args = 'sh', '-c', 'sleep 1.2'
            $slow.Hooks.Poststop = $hook
            $null = New-OciContainer "$id-1" $bundle -Spec $slow
            $null = New-OciContainer "$id-2" $bundle
            """;
        shell.Get(Script, ("id", id));
        List<ProgressRecord> records = Run(shell, "Remove-OciContainer \"$id-1\", \"$id-2\" -Force");
        Assert.Equal($"1 removed, now {id}-2", records[0].StatusDescription);
        AssertCompleted(records, "Remove containers");
        Assert.Empty(shell.Get("Get-OciContainer \"$id*\""));
    }

    /// <summary>So many zeros that no machine is through with them in a second; it is stopped when it has told something.</summary>
    [Fact]
    public void UnpackingTellsHowFarItIs()
    {
        using PowerShellHost shell = _fixture.Open();
        string archive = Path.Combine(_fixture.Work, "zeros.tar.gz");
        WriteZeros(archive, gibibytes: 63);
        shell.Runspace.SessionStateProxy.SetVariable("archive", archive);
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline("New-OciBundle \"$archive.bundle\" -Archive $archive -MaxSize 100g");
        using var told = new ManualResetEventSlim();
        pipeline.Streams.Progress.DataAdded += (_, _) => told.Set();
        pipeline.BeginInvoke();
        // An enumeration of its streams would wait for its end.
        Assert.True(told.Wait(TimeSpan.FromMinutes(2)));
        pipeline.Stop();
        ProgressRecord first = pipeline.Streams.Progress[0];
        Assert.Equal("Make a bundle in " + archive + ".bundle", first.Activity);
        Assert.Matches(@"^\d+ files, \d+\.\d MiB unpacked$", first.StatusDescription);
        Assert.NotEqual("0 files, 0.0 MiB unpacked", first.StatusDescription);
        Assert.False(Directory.Exists(archive + ".bundle"));
        File.Delete(archive);
    }

    // Names of tapes, seven gibibytes each: they are read and go nowhere.
    private static void WriteZeros(string path, int gibibytes)
    {
        const int Each = 7;
        byte[] zeros = Zip(new byte[64 << 20]);
        byte[] header = new byte[512];
        Encoding.ASCII.GetBytes("zeros").CopyTo(header, 0);
        Encoding.ASCII.GetBytes(Convert.ToString((long)Each << 30, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header[156] = (byte)'V';
        Encoding.ASCII.GetBytes("ustar\00000").CopyTo(header, 257);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(static one => one), 8).PadLeft(6, '0') + "\0").CopyTo(header, 148);
        using FileStream file = File.Create(path);
        for (int i = 0; i < gibibytes / Each; i++)
        {
            file.Write(Zip(header));
            for (int j = 0; j < Each << 4; j++)
                file.Write(zeros);
        }
    }

    // A member of a gzip file; several make one.
    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return zipped.ToArray();
    }

    private static List<ProgressRecord> Run(PowerShellHost shell, string script)
    {
        using System.Management.Automation.PowerShell pipeline = shell.Pipeline(script);
        var times = new ConcurrentQueue<TimeSpan>();
        var watch = Stopwatch.StartNew();
        pipeline.Streams.Progress.DataAdded += (_, _) => times.Enqueue(watch.Elapsed);
        pipeline.Invoke();
        Assert.Empty(pipeline.Streams.Error);
        Assert.NotEmpty(times);
        Assert.True(times.First() >= TimeSpan.FromSeconds(1), $"the first after {times.First()}");
        return [.. pipeline.Streams.Progress];
    }

    private static void AssertCompleted(List<ProgressRecord> records, string activity)
    {
        Assert.All(records, record => Assert.Equal((activity, records[0].ActivityId), (record.Activity, record.ActivityId)));
        Assert.Equal(ProgressRecordType.Completed, records[^1].RecordType);
        Assert.All(records[..^1], static record => Assert.Equal(ProgressRecordType.Processing, record.RecordType));
    }
}
