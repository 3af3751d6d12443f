using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md "What a CLR adds": nothing of the runtime's process goes on in the container's.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class InheritanceTests : AttackFixture
{
    private const string Look = "grep -E 'Sig(Blk|Ign)|Umask' /proc/self/status; cut -d ' ' -f 19 /proc/self/stat; cat /proc/self/oom_score_adj; env | cut -d = -f 1 | sort | tr '\\n' ' '; pwd";

    private const string Clean = "Umask:\t0022\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n0\nHOME PATH PWD SHLVL TERM /\n";

    [Fact]
    public void SignalsUmaskNiceScoreEnvironmentAndDirectoryAreFresh()
    {
        // .NET has handlers for SIGINT, SIGCHLD, SIGCONT, SIGWINCH and so on, and ignores SIGPIPE.
        using System.Runtime.InteropServices.PosixSignalRegistration ignored =
            System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGHUP, static context => context.Cancel = true);
        int mask = umask(0x1FF);
        try
        {
            OciSpec spec = Script(Look);
            spec.Process!.OomScoreAdj = 0;
            Assert.Equal(Clean, Run(spec, "a").Output);
            OciSpec sleeper = Spec("sleep", "60");
            sleeper.Process!.OomScoreAdj = 0;
            Start(sleeper, "b");
            Assert.Equal(Clean, Exec("b", "sh", "-c", Look));
        }
        finally
        {
            _ = umask(mask);
        }
    }

    /// <summary>The runtime's umask is not that of what it makes in the root filesystem.</summary>
    [Fact]
    public void DirectoriesAndNodesThatAreMadeHaveTheirOwnModes()
    {
        foreach (int value in (int[])[0, 0x3F, 0x1FF])
        {
            int mask = umask(value);
            try
            {
                OciSpec spec = Script("stat -c %a /new /new/deep /dev/null /cwd");
                spec.Mounts!.Add(new() { Destination = $"/new/deep", Source = "tmpfs", Type = "tmpfs" });
                spec.Process!.Cwd = "/cwd";
                Assert.Equal("755\n1777\n666\n755\n", Run(spec).Output);
                Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(Rootfs, "new", "deep")));
            }
            finally
            {
                _ = umask(mask);
            }
            Directory.Delete(Path.Combine(Rootfs, "new"), recursive: true);
            Directory.Delete(Path.Combine(Rootfs, "cwd"));
        }
    }

    [Fact]
    public void ASessionOfItsOwnAndNoControllingTerminal()
    {
        Assert.Equal("1 1 1 0\n", Run(Script("exec cut -d ' ' -f 1,5,6,7 /proc/self/stat"), "a").Output);
        Start(Spec("sleep", "60"), "b");
        string[] fields = Exec("b", "cut", "-d", " ", "-f", "1,5,6,7", "/proc/self/stat").Trim().Split(' ');
        Assert.Equal([fields[0], fields[0], fields[0], "0"], fields);
    }

    /// <summary>The files of the image that say who a user is are data: a device there, which open(2) could set going, is not opened.</summary>
    [Fact]
    public void ADeviceInPlaceOfPasswdIsNotOpened()
    {
        OciSpec spec = Spec("sleep", "60");
        spec.Process!.User = new() { Uid = 1 };
        Start(spec, "running");
        string passwd = Path.Combine(Rootfs, "etc/passwd");
        File.Delete(passwd);
        Machine.Run("mknod", passwd, "c", "1", "3");
        using var watch = new OpenWatch(passwd);
        // Programs of the container would open it themselves.
        Assert.Equal(0, Run(Spec("true")).ExitCode);
        Exec("running", "true");
        Assert.Throws<Core.Errors.OciException>(() => UserDatabase.Open(Rootfs).Resolve("somebody"));
        Assert.Equal(0, watch.Take());
        File.OpenRead(passwd).Dispose();
        Assert.Equal(1, watch.Take());
    }

    [Fact]
    public void AHomeOfAnImageIsOneValue()
    {
        foreach (string home in (string[])["/a\0PATH=/evil", "/a\0", "/a\r", "/\u0001"])
        {
            File.WriteAllText(Path.Combine(Rootfs, "etc/passwd"), $"root:x:0:0:root:{home}:/bin/sh\n");
            string output = Run(Script("env")).Output;
            Assert.Single(output.Split('\n'), line => line.StartsWith("HOME=", StringComparison.Ordinal));
            Assert.DoesNotContain("evil", output, StringComparison.Ordinal);
        }
    }

    /// <summary>MS_MOVE leaves the host's tree below the new root: an unmasked procfs in it would let a nested user namespace mount another.</summary>
    [Fact, Needs(UserNamespaces = true, Program = "unshare")]
    public void WithoutPivotTheHostsProcIsNotALicenceForANewOne()
    {
        Directory.CreateDirectory(Path.Combine(Rootfs, "mnt"));
        foreach (bool noPivot in (bool[])[false, true])
        {
            OciSpec spec = Script("unshare -U -r -m -p -f sh -c 'mount -t proc proc /mnt 2>/dev/null && echo mounted || echo refused; mount -t sysfs sysfs /mnt 2>/dev/null && echo mounted || echo refused'");
            spec.Process!.NoNewPrivileges = false;
            spec.Process.User = new() { Uid = 1000, Gid = 1000 };
            CreateRequest request = Request("c", spec, stdio: StdioMode.Pipe);
            using ContainerProcess process = Runtime.Run(new CreateRequest { Id = "c", Bundle = Bundle, Spec = request.Spec, NoPivot = noPivot, Stdio = StdioMode.Pipe });
            process.StandardInput!.Dispose();
            string output = new StreamReader(process.StandardOutput!).ReadToEnd() + new StreamReader(process.StandardError!).ReadToEnd();
            process.Wait();
            Runtime.Delete("c");
            Assert.Equal("refused\nrefused\n", output);
        }
    }

    /// <summary>The same of sysfs, which a process that owns its network namespace could mount.</summary>
    [Fact, Needs(UserNamespaces = true, Program = "unshare")]
    public void WithoutPivotTheHostsSysIsNotALicenceForANewOne()
    {
        Directory.CreateDirectory(Path.Combine(Rootfs, "mnt"));
        foreach (bool noPivot in (bool[])[false, true])
        {
            OciSpec spec = Script("unshare -U -r -m -n sh -c 'mount -t sysfs sysfs /mnt 2>/dev/null && echo mounted || echo refused'");
            spec.Process!.NoNewPrivileges = false;
            spec.Process.User = new() { Uid = 1000, Gid = 1000 };
            WithoutMounts(spec, "/sys");
            CreateRequest request = Request("c", spec);
            using ContainerProcess process = Runtime.Run(new CreateRequest { Id = "c", Bundle = Bundle, Spec = request.Spec, NoPivot = noPivot, Stdio = StdioMode.Pipe });
            process.StandardInput!.Dispose();
            string output = new StreamReader(process.StandardOutput!).ReadToEnd() + new StreamReader(process.StandardError!).ReadToEnd();
            process.Wait();
            Runtime.Delete("c");
            Assert.Equal("refused\n", output);
        }
    }

    /// <summary>CVE-2016-9962: until it is the container's own process it belongs to root, whoever it runs as; /proc shows it by the owner of its files.</summary>
    [Fact, Needs(UserNamespaces = true)]
    public void InitIsNotDumpableUntilItIsTheContainers()
    {
        foreach (bool userNamespace in (bool[])[false, true])
        {
            string seen = Temporary("seen");
            OciSpec spec = Spec("sleep", "60");
            spec.Process!.User = new() { Uid = 1000, Gid = 1000 };
            if (userNamespace)
            {
                // Its root is nobody on the host and must get to the root filesystem.
                Machine.Run("chmod", "755", Path.GetDirectoryName(Bundle)!);
                Machine.Run("chown", "-R", "200000:200000", Rootfs);
                spec.Linux!.Namespaces!.Add(new() { Type = "user" });
                spec.Linux.UidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
                spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
            }
            OciHook hook = new()
            {
                Path = "/bin/sh",
                Args = ["sh", "-c", $"stat -c %u /proc/$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/')/status > {seen}"],
                Env = ["PATH=/bin:/usr/bin"],
            };
            spec.Hooks = new() { CreateRuntime = [hook] };
            int pid = Runtime.Create(Request("c", spec)).Pid;
            Assert.Equal("0\n", File.ReadAllText(seen));
            AwaitGate(pid);
            Assert.Equal("0\n", Machine.Run("stat", "-c", "%u", $"/proc/{pid}/status"));
            Runtime.Start("c");
            Assert.Equal(userNamespace ? "201000\n" : "1000\n", Machine.Run("stat", "-c", "%u", $"/proc/{pid}/status"));
            Runtime.Delete("c", force: true);
        }
    }
}
