using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Mounts that a container gets while it runs, and loses again; looked at from inside.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class LiveMountTests : ContainerFixture
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheyAreThereAndGoAgain(bool user)
    {
        string volume = Volume("from outside");
        Start(user);
        List<OciMount> mounts =
        [
            Tmpfs("/scratch", "size=1m", "nosuid", "mode=750"),
            Bind(volume, "/data", "ro", "noexec"),
            Bind(Path.Combine(volume, "file"), "/etc/one-file"),
        ];
        string before = Inside("cat /proc/self/mountinfo");
        Runtime.AddMounts("c", mounts);
        Assert.Equal(
            "750 0\nfrom outside\nread-only\nfrom outside\n",
            Inside("stat -c '%a %u' /scratch; touch /scratch/x; cat /data/file; touch /data/x 2>/dev/null || echo read-only; cat /etc/one-file"));
        Assert.Equal("ro,noexec", Options("/data", "ro", "nosuid", "noexec"));
        Assert.Equal("rw,nosuid", Options("/scratch", "rw", "nosuid", "noexec"));
        Assert.Equal("1024", Inside("df -k /scratch | tail -n 1 | awk '{print $2}'").Trim());
        Runtime.RemoveMounts("c", mounts);
        Assert.Equal(before, Inside("cat /proc/self/mountinfo"));
        Assert.Equal("0\n", Inside("ls -A /scratch /data | grep -c x"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhenTheThirdFailsNoneIsThere(bool user)
    {
        string volume = Volume("x");
        Start(user);
        string before = Inside("cat /proc/self/mountinfo");
        List<OciMount> mounts = [Bind(Path.Combine(volume, "file"), "/one"), Tmpfs("/two"), Tmpfs("/bin/busybox/below")];
        OciException e = Assert.Throws<OciException>(() => Runtime.AddMounts("c", mounts));
        Assert.Equal(("attach", "/mounts/2", Interop.Errno.ENOTDIR), (e.Step, e.SpecPointer, e.Errno));
        Assert.Equal(before, Inside("cat /proc/self/mountinfo"));
    }

    /// <summary>Whichever step fails, the container has the mounts that it had.</summary>
    [Fact]
    public void WhateverFailsNothingIsLeft()
    {
        string volume = Volume("x");
        Start(user: true);
        string before = Inside("cat /proc/self/mountinfo");
        List<OciMount> mounts = [Bind(volume, "/a", "ro", "rnosuid"), Tmpfs("/b", "ro"), Bind(Path.Combine(volume, "file"), "/b/file")];
        var steps = new List<string>();
        for (int i = 0; i < 17; i++)
        {
            var faulty = new ContainerRuntime(new RuntimeOptions { Root = Root, FaultStep = i, FaultErrno = Interop.Errno.EIO });
            OciException e = Assert.Throws<OciException>(() => faulty.AddMounts("c", mounts));
            steps.Add(e.Step!);
            Assert.Equal(before, Inside("cat /proc/self/mountinfo"));
        }
        Assert.Equal(
            ["change", "sources", "join_ns", "become_root", "unshare", "root_propagation", "bind", "attributes", "mount", "bind", "join_ns", "open_root", "attach", "attach", "attach", "attributes", "commit"],
            steps);
    }

    /// <summary>As at create: "ro" is about this mount, "rro" about those below it too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AReadonlyFilesystemLeavesWhatIsBelowItAsItIs(bool user)
    {
        string volume = Volume("x");
        Directory.CreateDirectory(Path.Combine(volume, "below"));
        Machine.Run("mount", "-t", "tmpfs", "tmpfs", Path.Combine(volume, "below"));
        try
        {
            Start(user);
            Runtime.AddMounts("c", [Tmpfs("/t", "ro"), Tmpfs("/t/below"), Bind(volume, "/b", "ro"), Bind(volume, "/r", "nosuid", "rro")]);
            Assert.Equal(
                ["ro", "rw", "ro", "rw", "ro", "ro"],
                ((string[])["/t", "/t/below", "/b", "/b/below", "/r", "/r/below"]).Select(place => Options(place, "ro", "rw")));
        }
        finally
        {
            Machine.Run("umount", Path.Combine(volume, "below"));
        }
    }

    [Fact]
    public void AReadonlyRootTakesThemWhereSomethingIsThere()
    {
        OciSpec spec = Spec("sleep", "300");
        spec.Root!.Readonly = true;
        Runtime.Create(Request("c", spec));
        Runtime.Start("c");
        Runtime.AddMounts("c", [Tmpfs("/tmp")]);
        Assert.Equal("written\n", Inside("echo written > /tmp/x; cat /tmp/x"));
        OciException e = Assert.Throws<OciException>(() => Runtime.AddMounts("c", [Tmpfs("/not-there")]));
        Assert.Equal(Interop.Errno.EROFS, e.Errno);
    }

    /// <summary>What was there is hidden, and there again afterwards; the last of several is the one that goes.</summary>
    [Fact]
    public void AMountCoversAnother()
    {
        Start();
        Runtime.AddMounts("c", [Tmpfs("/m"), Tmpfs("/m/below")]);
        Inside("echo first > /m/file");
        Runtime.AddMounts("c", [Tmpfs("/m")]);
        Assert.Equal("0\n", Inside("ls /m | wc -l"));
        Runtime.RemoveMounts("c", [Tmpfs("/m")]);
        Assert.Equal("below\nfile\n", Inside("ls /m"));
        Runtime.RemoveMounts("c", [Tmpfs("/m"), Tmpfs("/m/below")]);
        Assert.Equal("0\n", Inside("grep -c ' /m' /proc/self/mountinfo"));
    }

    [Fact]
    public void WhatIsNotMountedCannotGoAndTheOthersStay()
    {
        Start();
        Runtime.AddMounts("c", [Tmpfs("/m")]);
        OciException e = Assert.Throws<OciException>(() => Runtime.RemoveMounts("c", [Tmpfs("/m"), Tmpfs("/etc")]));
        Assert.Equal(("unmount", "/mounts/1/destination"), (e.Step, e.SpecPointer));
        Assert.Contains("nothing is mounted there", e.Message, StringComparison.Ordinal);
        Assert.Throws<OciException>(() => Runtime.RemoveMounts("c", [Tmpfs("/not-there"), Tmpfs("/m")]));
        Assert.Equal("1\n", Inside("grep -c ' /m ' /proc/self/mountinfo"));
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => Runtime.RemoveMounts("c", [Tmpfs("/x/..")])).Code);
    }

    /// <summary>The mount of the volume is the host's: a link in the container's root means a place in there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALinkAsDestinationLeadsToAPlaceInside(bool user)
    {
        string canary = Path.Combine(Temporary("host"), "canary");
        Directory.CreateDirectory(canary);
        Start(user);
        Inside($"mkdir -p /real; ln -s ../../../../../../real /relative; ln -s {canary} /absolute; ln -s / /root-itself; ln -s /proc/1/root/real /magic");
        string before = HostMounts();
        Runtime.AddMounts("c", [Tmpfs("/relative"), Tmpfs("/absolute")]);
        Assert.Equal("1\n1\n", Inside($"grep -c ' /real ' /proc/self/mountinfo; grep -c ' {canary} ' /proc/self/mountinfo"));
        foreach (string path in (string[])["/root-itself", "/root-itself/proc", "/magic", "/proc/self/root/real", "/relative/../../proc"])
            Assert.Throws<OciException>(() => Runtime.AddMounts("c", [Tmpfs(path)]));
        Assert.Throws<OciException>(() => Runtime.RemoveMounts("c", [Tmpfs("/root-itself")]));
        Assert.Equal(before, HostMounts());
        Assert.Empty(Directory.GetFileSystemEntries(canary));
        Runtime.RemoveMounts("c", [Tmpfs("/absolute"), Tmpfs("/relative")]);
        Assert.Equal("0\n", Inside($"grep -c -e ' /real ' -e {canary} /proc/self/mountinfo"));
    }

    /// <summary>security.md 2.3, of a container that runs: its own processes exchange the place for a link to the root and beyond.</summary>
    [Fact]
    public void APlaceThatIsExchangedStaysInside()
    {
        string outside = Temporary("outside");
        Directory.CreateDirectory(outside);
        Start(script: $"mkdir -p /d/e/place /d/l; ln -s /../../../../../..{outside} /d/l/place; while :; do mv /d/e /d/t; mv /d/l /d/e; mv /d/t /d/l; done");
        string before = HostMounts();
        int mounted = 0;
        for (int i = 0; i < 60; i++)
        {
            try
            {
                Runtime.AddMounts("c", [Tmpfs("/d/e/place"), Tmpfs($"/d/e/place/made{i}")]);
                mounted++;
            }
            catch (OciException e)
            {
                Assert.NotEqual(OciErrorCode.HelperDied, e.Code);
            }
        }
        Assert.Equal(before, HostMounts());
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.InRange(mounted, 1, 60);
    }

    /// <summary>As at create: what the host's mount forbids, root of a user namespace may not allow itself, and nothing that is mounted inside reaches the host.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FlagsAndPropagationAreThoseOfAMountAtCreate(bool user)
    {
        string volume = Volume("x");
        Directory.CreateDirectory(Path.Combine(volume, "below"));
        Machine.Run("mount", "--bind", volume, volume);
        try
        {
            Machine.Run("mount", "-o", "remount,bind,ro,nodev", volume);
            Machine.Run("mount", "--make-shared", volume);
            OciSpec spec = Spec("sleep", "300");
            spec.Mounts!.Add(Bind(volume, "/created"));
            foreach (List<string>? set in (List<string>?[])[spec.Process!.Capabilities!.Bounding, spec.Process.Capabilities.Effective, spec.Process.Capabilities.Permitted])
                set!.Add("CAP_SYS_ADMIN");
            Runtime.Create(Request("c", user ? InUserNamespace(spec) : spec));
            Runtime.Start("c");
            Runtime.AddMounts("c", [Bind(volume, "/added")]);
            Assert.Equal("ro,nodev", Options("/added", "ro", "nodev"));
            string expected = user ? "refused\nrefused\n" : "rw\nrw\n";
            Assert.Equal(expected, Inside("for m in created added; do mount -o remount,bind,rw /$m 2>/dev/null && echo rw || echo refused; done"));
            foreach (string place in (string[])["created", "added"])
                Assert.Contains("master:", Inside($"grep ' /{place} ' /proc/self/mountinfo"), StringComparison.Ordinal);
            Assert.Equal("1\n", Inside("mount -t tmpfs tmpfs /added/below; grep -c ' /added/below ' /proc/self/mountinfo"));
            Assert.DoesNotContain(volume + "/below", HostMounts(), StringComparison.Ordinal);
        }
        finally
        {
            Machine.Run("umount", "-R", "-l", volume);
        }
    }

    /// <summary>The source belongs to the runtime: the container's root can't get to it.</summary>
    [Fact]
    public void ASourceThatTheUserNamespaceCannotReachIsBound()
    {
        string closed = Temporary("closed");
        Directory.CreateDirectory(Path.Combine(closed, "data"), (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(closed, "data", "file"), "reached");
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Start(user: true);
        Runtime.AddMounts("c", [Bind(Path.Combine(closed, "data"), "/data")]);
        Assert.Equal("reached", Inside("cat /data/file"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OwnersAreMapped(bool user)
    {
        string volume = Volume("x");
        Start(user);
        uint first = user ? 200_000u : 0;
        OciMount mapped = Bind(volume, "/data");
        mapped.UidMappings = [new() { ContainerID = 0, HostID = first + 1000, Size = 1 }];
        mapped.GidMappings = [new() { ContainerID = 0, HostID = first + 1001, Size = 1 }];
        Runtime.AddMounts("c", [mapped]);
        Assert.Equal("1000 1001\n", Inside("stat -c '%u %g' /data/file"));
    }

    /// <summary>A process of the runtime in its pid namespace could be stopped and looked into: pids there are given one after the other.</summary>
    [Fact]
    public void NoProcessOfTheRuntimeIsInThePidNamespace()
    {
        string volume = Volume("x");
        Start(user: true);
        int Pid() => int.Parse(Inside("echo $$"), CultureInfo.InvariantCulture);
        int first = Pid(), step = Pid() - first;
        Runtime.AddMounts("c", [Bind(volume, "/a"), Tmpfs("/b")]);
        Runtime.RemoveMounts("c", [Bind(volume, "/a"), Tmpfs("/b")]);
        Assert.Equal(first + (2 * step), Pid());
    }

    [Fact]
    public void ACreatedAndAPausedContainerTakeThemAStoppedOneDoesNot()
    {
        Runtime.Create(Request("c", Spec("sh", "-c", "touch /m/file; sleep 300")));
        Runtime.AddMounts("c", [Tmpfs("/m")]);
        Runtime.Start("c");
        Runtime.Pause("c");
        Runtime.AddMounts("c", [Tmpfs("/paused")]);
        Runtime.Resume("c");
        Assert.Equal("2\n", Inside("grep -c -e ' /m ' -e ' /paused ' /proc/self/mountinfo"));
        Runtime.Kill("c", 9);
        Runtime.Wait("c");
        Assert.Equal(OciErrorCode.ContainerNotRunning, Assert.Throws<OciException>(() => Runtime.AddMounts("c", [Tmpfs("/n")])).Code);
    }

    [Fact]
    public void WhatCannotBeAddedIsRefusedByName()
    {
        Start();
        foreach ((OciErrorCode code, string pointer, OciMount mount) in (ValueTuple<OciErrorCode, string, OciMount>[])
        [
            (OciErrorCode.NotSupported, "/mounts/0/type", new() { Destination = "/m", Type = "proc", Source = "proc" }),
            (OciErrorCode.NotSupported, "/mounts/0/type", new() { Destination = "/m", Type = "sysfs", Source = "sysfs" }),
            (OciErrorCode.NotSupported, "/mounts/0/type", new() { Destination = "/m", Type = "cgroup2", Source = "cgroup" }),
            (OciErrorCode.InvalidSpec, "/mounts/0/options", new() { Destination = "/m", Options = ["remount", "ro"] }),
            (OciErrorCode.InvalidSpec, "/mounts/0/destination", Tmpfs("/")),
            (OciErrorCode.InvalidSpec, "/mounts/0/destination", Tmpfs("/proc/self")),
            (OciErrorCode.InvalidSpec, "/mounts/0/source", new() { Destination = "/m", Type = "bind" }),
        ])
        {
            OciException e = Assert.Throws<OciException>(() => Runtime.AddMounts("c", [mount]));
            Assert.Equal((code, pointer), (e.Code, e.SpecPointer));
        }
    }

    private void Start(bool user = false, string script = "sleep 300")
    {
        OciSpec spec = Script(script);
        Runtime.Create(Request("c", user ? InUserNamespace(spec) : spec));
        Runtime.Start("c");
    }

    private string Volume(string content)
    {
        string volume = Temporary("volume");
        Directory.CreateDirectory(volume);
        File.WriteAllText(Path.Combine(volume, "file"), content + "\n");
        return volume;
    }

    private static OciMount Tmpfs(string destination, params string[] options) => new() { Destination = destination, Type = "tmpfs", Source = "tmpfs", Options = [.. options] };

    private static OciMount Bind(string source, string destination, params string[] options) => new() { Destination = destination, Type = "bind", Source = source, Options = ["rbind", .. options] };

    private string Inside(string script)
    {
        using ContainerProcess process = Runtime.Exec(new ExecRequest { Id = "c", Args = ["/bin/sh", "-c", script], Stdio = StdioMode.Pipe });
        process.StandardInput!.Dispose();
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        process.Wait();
        return output + errors.Result;
    }

    // Those of a mount that are among some.
    private string Options(string place, params string[] among) =>
        string.Join(',', Inside($"grep ' {place} ' /proc/self/mountinfo | tail -n 1").Split(' ')[5].Split(',').Intersect(among));

    // Without those of the machine that come and go.
    private string HostMounts() => string.Join('\n', File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Path.GetDirectoryName(Bundle)!, StringComparison.Ordinal)));
}
