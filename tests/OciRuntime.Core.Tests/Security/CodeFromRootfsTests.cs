using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>
/// security.md 2.2 (CVE-2016-9962, CVE-2019-14271): nothing that enters a container loads its code, can be traced from it, or holds
/// a directory of the host.
/// </summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class CodeFromRootfsTests : AttackFixture
{
    [Fact, Needs(Program = "gcc")]
    public void LibrariesOfTheImageAreNotLoaded()
    {
        // The constructor leaves a mark, at the same path on the host and in the container.
        string mark = Path.Combine(Canary, "loaded"), library = Temporary("trap.so"), source = Temporary("trap.c");
        File.WriteAllText(source, $"#include <fcntl.h>\n__attribute__((constructor)) static void f(void) {{ open(\"{mark}\", O_CREAT | O_WRONLY, 0644); }}\n");
        Machine.Run("gcc", "-shared", "-fPIC", "-o", library, source);
        Machine.Run("env", "LD_PRELOAD=" + library, "/bin/true");
        Assert.True(File.Exists(mark), "the trap works");
        File.Delete(mark);
        Directory.SetLastWriteTimeUtc(Canary, DateTime.UnixEpoch);
        Directory.CreateDirectory(Path.Combine(Rootfs, Canary.TrimStart('/')));
        foreach (string name in (string[])["lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "usr/lib", "usr/lib/x86_64-linux-gnu"])
        {
            Directory.CreateDirectory(Path.Combine(Rootfs, name));
            foreach (string soname in (string[])["libnss_files.so.2", "libnss_compat.so.2", "libc.so.6", "libicuuc.so.72", "libpam.so.0"])
                File.Copy(library, Path.Combine(Rootfs, name, soname));
        }
        File.WriteAllText(Path.Combine(Rootfs, "etc/ld.so.preload"), "/lib/libnss_files.so.2\n");
        File.WriteAllText(Path.Combine(Rootfs, "etc/nsswitch.conf"), "passwd: files compat\ngroup: files compat\n");

        OciSpec spec = Spec("sleep", "30");
        spec.Process!.User = new() { Uid = 65_534, Gid = 65_534 };
        Start(spec);
        Assert.Equal("65534\n", Exec("c", "id", "-u"));

        Assert.False(File.Exists(Path.Combine(Rootfs, mark.TrimStart('/'))));
        AssertUntouched();
    }

    [Fact]
    public void ANeighbourInThePidNamespaceCanNotLookIntoTheHelper()
    {
        OciContainer attacker = Start(Spec("sleep", "60"), "attacker");
        Runtime.Create(Request("victim", InPidNamespaceOf(attacker, Spec("true"))));

        string seen = Exec("attacker", "sh", "-c", FindHelper + "echo found; cat /proc/$p/fd/0 /proc/$p/environ /proc/$p/maps; ls /proc/$p/root/");

        Assert.StartsWith("found\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("oci-init ", seen, StringComparison.Ordinal);
        Runtime.Delete("victim", force: true);
        Assert.True(seen.Split('\n').Count(line => line.Contains("ermission denied", StringComparison.Ordinal)) == 4, seen);
    }

    /// <summary>Against CAP_SYS_PTRACE only having nothing helps.</summary>
    [Fact]
    public void ANeighbourThatMayTraceFindsNothingOfTheHostInTheHelperThatWaits()
    {
        OciContainer attacker = Start(WithCapabilities(Spec("sleep", "60"), "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"), "attacker");
        Runtime.Create(Request("victim", InPidNamespaceOf(attacker, Spec("true")), supervised: true));

        string[] seen = Exec("attacker", "sh", "-c", FindHelper + "ls -l /proc/$p/fd").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Runtime.Delete("victim", force: true);

        string[] targets = [.. seen.Where(line => line.Contains(" -> ", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(" -> ", StringComparison.Ordinal) + 4)..])];
        Assert.NotEmpty(targets);
        Assert.All(targets, target => Assert.Matches("^(/dev/null|pipe:.*|socket:.*)$", target));
    }

    /// <summary>Also while the root is being furnished: what the first stage was given ends with it.</summary>
    [Fact]
    public void TheInitHoldsNoDescriptorOfTheFirstStage()
    {
        string seen = Temporary("seen");
        OciSpec spec = Spec("true");
        string hook = $"pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); ls -l /proc/$pid/fd > {seen}";
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", hook], Env = ["PATH=/usr/bin:/bin"] }] };
        Runtime.Create(Request("c", spec, supervised: true));

        string text = File.ReadAllText(seen);
        Assert.Contains("socket:", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Root, text, StringComparison.Ordinal);
        Assert.DoesNotContain("/sys/fs/cgroup", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/ns/", text, StringComparison.Ordinal);
    }

    private const string FindHelper = "for d in /proc/[0-9]*; do case \"$(cat $d/comm)\" in oci-init*) p=${d#/proc/};; esac; done; ";

    private static OciSpec InPidNamespaceOf(OciContainer other, OciSpec spec)
    {
        spec.Linux!.Namespaces!.Find(ns => ns.Type == "pid")!.Path = $"/proc/{other.Pid}/ns/pid";
        return spec;
    }
}
