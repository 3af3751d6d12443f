using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>One clear error, and nothing left behind: the fixture counts.</summary>
[Collection(ContainerFixture.Name)]
public sealed class ErrorTests : ContainerFixture
{
    [Fact, Needs(Containers = true)]
    public void AKernelThatIsTooOldIsSaid()
    {
        CreateRequest request = Request("c", Spec("true"));
        int step = Runtime.Plan(request).Steps.ToList().FindIndex(step => step is MountStep);
        var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, FaultStep = step, FaultErrno = Interop.Errno.ENOSYS });
        OciException error = Assert.Throws<OciException>(() => runtime.Create(request));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.StartsWith("containers need Linux 5.12 or newer; on such a kernel, the seccomp profile of an outer container may hide ", error.Hint, StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true)]
    public void EveryStepThatFailsIsNamedAndUndone() => FailEachStep(() => Request("c", Spec("true")));

    /// <summary>The runtime's own steps too: limits, id maps, hooks, the files for the caller.</summary>
    [Fact, Needs(Containers = true, UserNamespaces = true)]
    public void EveryStepOfTheRuntimeThatFailsIsNamedAndUndone()
    {
        OciHook hook = new() { Path = "/bin/true" };
        string pidFile = Path.Combine(Root, "..", "c.pid");
        FailEachStep(() =>
        {
            OciSpec spec = Spec("true");
            spec.Linux!.Namespaces!.Add(new() { Type = "user" });
            spec.Linux.UidMappings = [new() { ContainerID = 0, HostID = 0, Size = 65536 }];
            spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 0, Size = 65536 }];
            spec.Linux.Resources = new() { Pids = new() { Limit = 50 } };
            spec.Hooks = new() { Prestart = [hook], CreateRuntime = [hook, hook], CreateContainer = [new() { Path = "/bin/true" }], Poststart = [hook] };
            CreateRequest request = Request("c", spec);
            return new() { Id = request.Id, Bundle = request.Bundle, Spec = spec, Stdio = request.Stdio, PidFile = pidFile };
        }, static step => step is RuntimeStep);
        File.Delete(pidFile);
    }

    /// <summary>Those of an exec, the runtime's and the helper's: the container goes on, and nothing is left in it.</summary>
    [Fact, Needs(Containers = true)]
    public void EveryStepOfAnExecThatFailsIsNamedAndLeavesNothing()
    {
        string pidFile = Path.Combine(Root, "..", "exec.pid");
        using ContainerProcess init = Runtime.Run(Request("c", Spec("sleep", "100")));
        ExecRequest request = new() { Id = "c", Args = ["true"], Stdio = StdioMode.Null, PidFile = pidFile };
        var plan = new List<string>();
        var watching = new ContainerRuntime(new RuntimeOptions { Root = Root, Log = (level, message) => { if (level == RuntimeLogLevel.Info) plan.Add(message); } });
        using (ContainerProcess whole = watching.Exec(request))
            Assert.Equal(0, whole.Wait().ExitCode);
        Assert.Contains(plan, static step => step.StartsWith("pid_file ", StringComparison.Ordinal));
        for (int step = 0; step < plan.Count; step++)
        {
            var told = new List<string>();
            var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, FaultStep = step, FaultErrno = Interop.Errno.ENOSPC, Log = (_, message) => told.Add(message) });
            string? named = null;
            try
            {
                using ContainerProcess process = runtime.Exec(request);
                process.Wait();
            }
            catch (OciException e)
            {
                named = e.Step;
            }
            // A step that may fail warns.
            Assert.True(named is null ? told.Any(message => !plan.Contains(message)) : plan[step].Split(' ')[0] == named, $"step {step} is {plan[step]}, the error says {named}");
            Assert.Equal([init.Pid], Runtime.Processes("c"));
        }
        Assert.Equal("Running", Runtime.Get("c").Status);
        Runtime.Delete("c", force: true);
        File.Delete(pidFile);
    }

    [Fact, Needs(Containers = true)]
    public void AFileForTheCallerThatCantBeWrittenIsNamedWithItsStep()
    {
        CreateRequest request = Request("c", Spec("true"));
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(new() { Id = "c", Bundle = request.Bundle, Spec = request.Spec, PidFile = "/no/such/c.pid" }));
        Assert.Equal(("pid_file", OciErrorCode.FileNotFound), (error.Step, error.Code));
        Assert.Empty(Runtime.List());
    }

    private void FailEachStep(Func<CreateRequest> request, Func<LaunchStep, bool>? which = null)
    {
        LaunchPlan plan = Runtime.Plan(request());
        for (int step = 0; step < plan.Steps.Count; step++)
        {
            if (which?.Invoke(plan.Steps[step]) == false)
                continue;
            var warnings = new List<string>();
            var runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, FaultStep = step, FaultErrno = Interop.Errno.ENOSPC, Log = (level, message) => { if (level == RuntimeLogLevel.Warning) warnings.Add(message); } });
            if (plan.Steps[step].WarnOnly)
            {
                runtime.Create(request());
                runtime.Start("c");
                runtime.Delete("c", force: true);
                Assert.Contains(warnings, warning => warning.Contains(plan.Steps[step].Name, StringComparison.Ordinal));
                continue;
            }
            bool isAfterTheProgram = step > plan.Steps.ToList().FindIndex(static step => step is ExecStep);
            OciException error = Assert.Throws<OciException>(() =>
            {
                if (isAfterTheProgram)
                    runtime.Run(request());
                runtime.Create(request());
                runtime.Start("c");
            });
            // A create and a run that fail undo all; what a start leaves is a container that has ended.
            if (isAfterTheProgram || step < plan.Steps.ToList().FindIndex(static step => step is GateStep))
                Assert.Empty(Runtime.List());
            runtime.Delete("c", force: true);
            if (plan.Steps[step].Name == "gate")
            {
                // Nobody is on the channel any more: start finds an init that has ended, or that ends.
                Assert.Contains(error.Code, (OciErrorCode[])[OciErrorCode.ContainerStopped, OciErrorCode.HelperDied]);
                continue;
            }

            Assert.True(error.Step == plan.Steps[step].Name, $"step {step} is {plan.Steps[step]}, the error says {error.Step}: {error.Message}");
            Assert.Equal(plan.Steps[step].SpecPointer, error.SpecPointer);
        }
    }

    [Fact, Needs(Containers = true)]
    public void AMissingCommandIsNamed()
    {
        OciException error = Refused(Spec("no-such-command"));
        Assert.Equal(OciErrorCode.CommandNotFound, error.Code);
        Assert.Equal("the program no-such-command is not in the PATH of the container's process", error.Message);
        Assert.Equal(OciErrorCode.CommandNotExecutable, Refused(Spec("/etc/passwd")).Code);
    }

    /// <summary>Only create makes the directory.</summary>
    [Fact, Needs(Containers = true)]
    public void AMissingWorkingDirectoryOfAnExecIsNamed()
    {
        Runtime.Create(Request("c", Spec("sleep", "30")));
        Runtime.Start("c");
        OciException error = Assert.Throws<OciException>(() => Runtime.Exec(new() { Id = "c", Args = ["true"], Cwd = "/no/such" }));
        Assert.Equal(("chdir", "/process/cwd", OciErrorCode.FileNotFound), (error.Step, error.SpecPointer, error.Code));
        Assert.Equal("change to the working directory /no/such: not found (ENOENT)", error.Message);
    }

    [Fact, Needs(Containers = true)]
    public void AMissingRootfsIsSaid()
    {
        OciSpec spec = Spec("true");
        spec.Root!.Path = "nowhere";
        Assert.Equal(OciErrorCode.RootfsNotFound, Refused(spec).Code);
    }

    [Fact, Needs(Containers = true)]
    public void AnUnknownNamespaceIsNamed()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.Namespaces!.Add(new() { Type = "nett" });
        OciException error = Refused(spec);
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Contains("nett", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("/linux/namespaces/", error.SpecPointer, StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true)]
    public void AnUnknownFilesystemNamesTheMount()
    {
        OciSpec spec = Spec("true");
        spec.Mounts!.Add(new() { Destination = "/x", Type = "nofs", Source = "nofs" });
        OciException error = Refused(spec);
        Assert.Equal("mount", error.Step);
        Assert.Equal($"/mounts/{spec.Mounts.Count - 1}", error.SpecPointer);
        Assert.Equal(Interop.Errno.ENODEV, error.Errno);
    }

    /// <summary>One errno has many reasons; the hint has the one that it is here.</summary>
    [Fact, Needs(Containers = true, Unlabelled = true)]
    public void LabelsOfAModuleThatIsNotActiveAreExplained()
    {
        OciSpec profile = Spec("true"), label = Spec("true"), mounts = Spec("true");
        profile.Process!.ApparmorProfile = "some-profile";
        label.Process!.SelinuxLabel = "system_u:system_r:container_t:s0";
        mounts.Linux!.MountLabel = "system_u:object_r:container_file_t:s0";
        Assert.Contains("AppArmor is not active", Refused(profile).Hint, StringComparison.Ordinal);
        Assert.Contains("SELinux is not active", Refused(label).Hint, StringComparison.Ordinal);
        Assert.Contains("leave linux.mountLabel", Refused(mounts).Hint, StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true, MemoryPolicies = true)]
    public void ANodeThatTheMachineLacksIsExplained()
    {
        OciSpec spec = Spec("true");
        spec.Linux!.MemoryPolicy = new() { Mode = "MPOL_BIND", Nodes = "1023" };
        Assert.Contains("a node has no memory here", Refused(spec).Hint, StringComparison.Ordinal);
    }

    /// <summary>What needs a capability that root mostly has.</summary>
    [Fact]
    public void CapabilitiesAreNamed()
    {
        Assert.Contains("CAP_SYS_RESOURCE", LaunchHint.For(new OomScoreStep { Score = -1000 }, "write", Interop.Errno.EACCES, "/proc: self/oom_score_adj", inUserNamespace: false), StringComparison.Ordinal);
        Assert.Contains("CAP_SYS_RESOURCE", LaunchHint.For(new RlimitStep { Type = "RLIMIT_CORE", Resource = 4, Soft = 1, Hard = 2 }, "write", Interop.Errno.EPERM, string.Empty, inUserNamespace: false), StringComparison.Ordinal);
        Assert.Contains("CAP_SYS_NICE", LaunchHint.For(new SchedulerStep { Policy = "SCHED_FIFO", PolicyNumber = 1, Priority = 5 }, "write", Interop.Errno.EPERM, string.Empty, inUserNamespace: false), StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true)]
    public void AKilledHelperIsSaidAndUndone()
    {
        string pidFile = Temporary("init-pid");
        OciSpec spec = Spec("true");
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sh", Args = ["sh", "-c", $"sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p' > {pidFile}; kill -9 $(cat {pidFile})"] }] };
        OciException error = Refused(spec);
        Assert.Equal(OciErrorCode.HelperDied, error.Code);
    }

    [Fact, Needs(Containers = true)]
    public void ACancelledCreateIsUndone()
    {
        OciSpec spec = Spec("true");
        spec.Hooks = new() { CreateRuntime = [new() { Path = "/bin/sleep", Args = ["sleep", "60"] }] };
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.Equal(OciErrorCode.Cancelled, Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec), cancel.Token)).Code);
    }

    /// <summary>The state keeps the words of the steps behind the gate, whatever create was asked.</summary>
    [Fact, Needs(Containers = true)]
    public void AnErrorAtTheGateNamesItsStepWhateverCreateWasAsked()
    {
        string script = Path.Combine(Bundle, "rootfs", "bin", "no-interpreter");
        File.WriteAllText(script, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using FileStream third = File.OpenRead("/dev/null");
        foreach ((bool keyring, SafeHandle[] fds) in ((bool, SafeHandle[])[])[(false, []), (true, []), (false, [third.SafeFileHandle]), (true, [third.SafeFileHandle])])
        {
            CreateRequest plain = Request("c", Spec("/bin/no-interpreter"));
            Runtime.Create(new() { Id = "c", Bundle = plain.Bundle, Spec = plain.Spec, Stdio = StdioMode.Null, NoNewKeyring = keyring, PreserveFds = fds });
            OciException error = Assert.Throws<OciException>(() => Runtime.Start("c"));
            Runtime.Delete("c", force: true);
            Assert.Equal(("exec", "/process/args", OciErrorCode.CommandNotFound), (error.Step, error.SpecPointer, error.Code));
        }
    }

    /// <summary>ocirun gives a container the limit of its own caller, which a PowerShell that starts it later does not have; and the other way round.</summary>
    [Fact, Needs(Containers = true)]
    public void AnErrorAtTheGateNamesItsStepWhoeverMadeTheContainer()
    {
        string script = Path.Combine(Bundle, "rootfs", "bin", "no-interpreter");
        File.WriteAllText(script, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var limited = new ContainerRuntime(new RuntimeOptions { Root = Root, CallerFileLimit = new FileLimit(512, 512) });
        foreach ((ContainerRuntime maker, ContainerRuntime starter) in ((ContainerRuntime, ContainerRuntime)[])[(limited, Runtime), (Runtime, limited)])
        {
            OciSpec spec = Spec("/bin/no-interpreter");
            spec.Process!.Rlimits = null; // the limit of the configuration would count
            maker.Create(Request("c", spec));
            OciException error = Assert.Throws<OciException>(() => starter.Start("c"));
            Runtime.Delete("c", force: true);
            Assert.Equal(("exec", "/process/args", OciErrorCode.CommandNotFound), (error.Step, error.SpecPointer, error.Code));
        }
    }

    /// <summary>Engines delete at once what did not start, and dockerd never again when it looks alive then.</summary>
    [Fact, Needs(Containers = true)]
    public void WhatDidNotStartHasEndedWhenStartSaysSo()
    {
        string script = Path.Combine(Bundle, "rootfs", "bin", "no-interpreter");
        File.WriteAllText(script, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        for (int round = 0; round < 20; round++)
        {
            int pid = Runtime.Create(Request("c", Spec("/bin/no-interpreter"))).Pid;
            Assert.Throws<OciException>(() => Runtime.Start("c"));
            Assert.True(ProcessStat.Read(pid) is not { IsDead: false }, $"round {round}");
            Runtime.Delete("c");
        }
    }

    [Fact, Needs(Containers = true)]
    public void AFullDiskIsSaid()
    {
        string full = Temporary("full");
        Directory.CreateDirectory(full);
        Machine.Run("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2,mode=755", "tmpfs", full);
        try
        {
            var runtime = new ContainerRuntime(new RuntimeOptions { Root = full });
            OciException error = Assert.Throws<OciException>(() => runtime.Create(Request("c", Spec("true"))));
            Assert.Equal(OciErrorCode.LimitsExceeded, error.Code);
            Assert.Empty(Directory.EnumerateFileSystemEntries(full));
        }
        finally
        {
            Machine.Run("umount", full);
        }
    }

    [Fact, Needs(Containers = true)]
    public void ABadIdIsRefused()
    {
        foreach (string id in (string[])["", "../x", "a/b", ".hidden", "a b"])
            Assert.Equal(OciErrorCode.InvalidContainerId, Assert.Throws<OciException>(() => Runtime.Get(id)).Code);
    }

    private OciException Refused(OciSpec spec)
    {
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Empty(Runtime.List());
        return error;
    }
}
