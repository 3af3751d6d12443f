using System.Security.Cryptography;
using System.Text.RegularExpressions;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.1 (CVE-2019-5736): what enters a container can't be used to write to the host's runtime.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed partial class RuntimeOverwriteTests : AttackFixture
{
    private const int BaseSeals = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE;

    // The kernel sets it with F_SEAL_EXEC.
    private const int FutureWrite = 0x10;

    private static string[] Installed => [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "OciRuntime*.dll"), "/bin/busybox"];

    [Fact]
    public void AContainerThatLiesInWaitForEveryExecWritesToNothing()
    {
        // Root with all that it takes to look into other processes of its pid namespace.
        OciSpec spec = WithCapabilities(
            Script("""
                echo waiting > /tmp/state
                while [ ! -e /tmp/stop ]; do
                  for p in /proc/[0-9]*; do
                    case "$(readlink $p/exe)" in
                      *oci-init*) echo x >> /tmp/seen; (exec 3<$p/exe; echo x >/proc/self/fd/3) && echo x >> /tmp/won; chmod 7777 $p/exe ;;
                    esac
                  done 2>/dev/null
                done
                """),
            "CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_FOWNER");
        string before = Digests(Installed);
        OciContainer container = Start(spec);
        string helper = HelperDigest();
        Await(() => File.Exists(Path.Combine(Rootfs, "tmp/state")), "the container runs");
        for (int i = 0; i < 40; i++)
        {
            // The second form starts the helper once more, inside: the entry point "#!/proc/self/exe" of the attack.
            Exec("c", "/bin/true");
            Exec("c", "/proc/self/exe");
        }
        File.WriteAllText(Path.Combine(Rootfs, "tmp/stop"), string.Empty);
        Runtime.Wait(container.Id);

        Assert.False(File.Exists(Path.Combine(Rootfs, "tmp/won")));
        Assert.Equal(before, Digests(Installed));
        Assert.Equal(helper, HelperDigest());
        CloseSpoilt();
    }

    [Fact]
    public void TheHelperHasTheBaseSealsAndIsNotWritableAfterItsEnd()
    {
        OciContainer container = Runtime.Create(Request("c", Spec("true")));
        using FileStream held = File.OpenRead($"/proc/{container.Pid}/exe");
        int fd = (int)held.SafeFileHandle.DangerousGetHandle();
        Assert.Equal(BaseSeals, Libc.fcntl(fd, Libc.F_GET_SEALS, 0) & ~(Libc.F_SEAL_EXEC | FutureWrite));
        Runtime.Delete("c", force: true);
        // Nobody executes it now: ETXTBSY does not protect it any more.
        int again = Libc.open($"/proc/self/fd/{fd}", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        if (again < 0)
            return;
        using var writable = new SafeFd(again);
        Assert.False(SmallFile.TryWrite(again, "x"u8));
        Assert.Equal(Errno.EPERM, Errno.Last);
        Assert.NotEqual(0, Libc.ftruncate(again, 0));
    }

    [Fact]
    public void TheHelperHasNoFileOfTheHostInItsMemory()
    {
        OciContainer container = Runtime.Create(Request("c", Spec("true")));
        string[] mapped = [.. File.ReadLines($"/proc/{container.Pid}/maps").Select(line => Path(line)).Where(path => path.Length > 0).Distinct()];
        Assert.All(mapped, path => Assert.Matches(@"^(\[.*\]|/memfd:oci-init \(deleted\)|/memfd:oci-plan \(deleted\)|/dev/zero \(deleted\))$", path));
        Assert.Contains("/memfd:oci-init (deleted)", mapped);

        static string Path(string line) => Columns().Match(line).Groups[1].Value;
    }

    /// <summary>Seals protect the bytes, not the owner and the mode: who gets at the inode must not spoil the launches that follow.</summary>
    [Fact]
    public void AHelperWhoseOwnerOrModeWasChangedIsNotUsedAgain()
    {
        OciContainer container = Runtime.Create(Request("c", Spec("true")));
        string exe = $"/proc/{container.Pid}/exe";
        Machine.Run("chown", "65534:65534", exe);
        Machine.Run("chmod", "u+s", exe);
        Runtime.Delete("c", force: true);
        Assert.Equal("0\n", Run(Spec("id", "-u"), "d").Output);
        OciContainer next = Runtime.Create(Request("e", Spec("true")));
        Assert.Equal("0 511", Machine.Run("stat", "-L", "-c", "%u %a", $"/proc/{next.Pid}/exe").Trim());
        CloseSpoilt();
    }

    [Fact]
    public void AnEntryPointThatIsTheHelperItselfGetsNoChannel()
    {
        // It finds no channel and ends; as a script's interpreter too.
        string script = Path.Combine(Rootfs, "entry");
        File.WriteAllText(script, "#!/proc/self/exe\n");
        File.SetUnixFileMode(script, (UnixFileMode)0x1ED);
        Assert.Equal((string.Empty, 1), Run(Spec("/proc/self/exe"), "a"));
        try
        {
            Assert.Equal(1, Run(Spec("/entry"), "b").ExitCode);
        }
        catch (OciException)
        {
            // The kernel may refuse such an interpreter.
        }
    }

    // A helper that was changed is closed with its last user.
    private static void CloseSpoilt()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private string HelperDigest()
    {
        OciContainer container = Runtime.Create(Request("digest", Spec("true")));
        string digest = Digests([$"/proc/{container.Pid}/exe"]);
        Runtime.Delete("digest", force: true);
        return digest[..64];
    }

    private static string Digests(string[] files) => string.Join('\n', files.Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) + " " + file));

    [GeneratedRegex(@"^\S+ \S+ \S+ \S+ \S+ *(.*)$")]
    private static partial Regex Columns();
}
