using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>security.md 2.6 (CVE-2024-21626): a descriptor of the host that leaks, and a working directory or program that uses it.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class DescriptorTests : AttackFixture
{
    private const int First = 3, Last = 64;

    [Fact]
    public void NoDescriptorIsAWorkingDirectoryOfCreate()
    {
        using SafeFd leaked = Leak();
        for (int fd = First; fd <= Last; fd++)
        {
            foreach (string below in (string[])["", "/.."])
            {
                OciSpec spec = Spec("true");
                spec.Process!.Cwd = $"/proc/self/fd/{fd}{below}";
                OciException error = Refused(spec);
                Assert.Equal(("chdir", "/process/cwd"), (error.Step, error.SpecPointer));
            }
        }
    }

    [Fact]
    public void NoDescriptorIsAProgramOfCreate()
    {
        using SafeFd leaked = Leak();
        for (int fd = First; fd <= Last; fd++)
        {
            // The root filesystem itself is held while the program is looked for, and let go before it is executed.
            OciSpec spec = Spec($"/proc/self/fd/{fd}/bin/busybox", "true");
            Assert.Throws<OciException>(() => Runtime.Run(Request("c", spec)));
            Assert.Empty(Runtime.List());
        }
    }

    /// <summary>What is a program while it is looked for must be gone when it is executed.</summary>
    [Fact]
    public void ADescriptorItselfIsNotExecuted()
    {
        using SafeFd leaked = Leak();
        for (int fd = First; fd <= Last; fd++)
        {
            OciSpec spec = Spec($"/proc/self/fd/{fd}");
            Assert.Throws<OciException>(() => Runtime.Run(Request("c", spec)));
            Assert.Empty(Runtime.List());
        }
    }

    [Fact]
    public void NoDescriptorIsAWorkingDirectoryOrProgramOfExec()
    {
        Start(Spec("sleep", "60"));
        using SafeFd leaked = Leak();
        for (int fd = First; fd <= Last; fd++)
        {
            Assert.Equal("/process/cwd", Assert.Throws<OciException>(() => Exec(Request($"/proc/self/fd/{fd}", "true"))).SpecPointer);
            Assert.Throws<OciException>(() => Exec(Request("/", $"/proc/self/fd/{fd}/bin/busybox", "true")));
            Assert.Throws<OciException>(() => Exec(Request("/", $"/proc/self/fd/{fd}")));
        }

        static ExecRequest Request(string cwd, params string[] args) => new() { Id = "c", Args = args, Cwd = cwd, Stdio = StdioMode.Null };
    }

    [Fact]
    public void AWorkingDirectoryThatLeadsOutByLinksIsInside()
    {
        Plant("out", "/proc/self/root/..");
        Plant("cwd", "/proc/self/cwd");
        foreach (string cwd in (string[])["/out", "/cwd", "/proc/1/root", "/proc/self/cwd/.."])
        {
            OciSpec spec = Spec("pwd");
            spec.Process!.Cwd = cwd;
            Assert.Equal("chdir", Refused(spec).Step);
        }
    }

    [Fact]
    public void InsideAreThreeDescriptorsWhateverTheRuntimeHasOpen()
    {
        using SafeFd leaked = Leak();
        using ContainerProcess run = Runtime.Run(Request("run", Spec("sleep", "60"), stdio: StdioMode.Pipe));
        OciContainer created = Start(Spec("sleep", "60"), "created");
        Runtime.Create(Request("supervised", Spec("sleep", "60"), supervised: true));
        OciContainer supervised = Runtime.Start("supervised");
        using ContainerProcess exec = Runtime.Exec(new ExecRequest { Id = "created", Args = ["sleep", "60"], Stdio = StdioMode.Null });
        foreach (int pid in (int[])[run.Pid, created.Pid, supervised.Pid, exec.Pid])
            Assert.Equal(["0", "1", "2"], Directory.EnumerateFiles($"/proc/{pid}/fd").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        exec.Signal(9);
        exec.Wait();
    }

    /// <summary>Hooks of the container's namespaces get no more either.</summary>
    [Fact]
    public void HooksInTheContainerHaveThreeDescriptors()
    {
        using SafeFd leaked = Leak();
        OciSpec spec = Spec("cat", "/tmp/fds");
        OciHook hook = new() { Path = "/bin/sh", Args = ["sh", "-c", "exec ls /proc/self/fd > /tmp/fds"], Env = ["PATH=/bin"] };
        spec.Hooks = new() { StartContainer = [hook] };
        // The fourth is the directory that ls reads.
        Assert.Equal("0\n1\n2\n3\n", Run(spec).Output);
    }

    /// <summary>Nor has the helper any of them, before it is the container's process: somebody in the container may look at it.</summary>
    [Fact]
    public void TheHelperHasNothingThatTheRuntimeHasOpen()
    {
        using SafeFd leaked = Leak(Canary);
        string seen = Temporary("seen");
        OciSpec spec = Spec("true");
        OciHook hook = new()
        {
            Path = "/bin/sh",
            Args = ["sh", "-c", $"ls -l /proc/$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/')/fd > {seen}"],
            Env = ["PATH=/bin:/usr/bin"],
        };
        spec.Hooks = new() { CreateRuntime = [hook] };
        Run(spec);
        string links = File.ReadAllText(seen);
        Assert.Contains(" 0 -> ", links, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, links, StringComparison.Ordinal);
    }

    /// <summary>At the start gate it is the container's already: standard streams, and the socket of the gate.</summary>
    [Fact]
    public void AtTheGateAreThreeDescriptorsAndTheGate()
    {
        using SafeFd leaked = Leak();
        foreach (bool supervised in (bool[])[false, true])
        {
            int pid = Runtime.Create(Request("c", Spec("true"), supervised)).Pid;
            AwaitGate(pid);
            string[] others = [.. Directory.EnumerateFiles($"/proc/{pid}/fd").Where(static file => Path.GetFileName(file) is not ("0" or "1" or "2")).Select(static file => new FileInfo(file).LinkTarget!)];
            Assert.StartsWith("socket:", Assert.Single(others), StringComparison.Ordinal);
            Runtime.Delete("c");
        }
    }
}
