using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class ProcessPlanTests
{
    private static readonly string[] Path = ["PATH=/bin"];

    [Fact]
    public void HomeIsAddedWhenThereIsNone()
    {
        Assert.Equal(["PATH=/bin", "HOME=/root"], Env(["PATH=/bin"]));
        Assert.Equal(["HOME=/x"], Env(["HOME=/x"], home: null));
        Assert.Equal(["PATH=/bin", "HOME=/root"], Env(["HOME=", "PATH=/bin"]));
    }

    [Fact]
    public void OfANameTheLastValueCounts() => Assert.Equal(["B=2", "A=3", "HOME=/root"], Env(["A=1", "B=2", "A=3"]));

    [Fact]
    public void PathOfTheEnvironmentIsSearched()
    {
        Assert.Equal("/bin", Lookup(["PATH=/usr", "PATH=/bin"]));
        Assert.Equal(string.Empty, Lookup(["A=1"]));
    }

    [Fact]
    public void ListenFdsComeBeforeThePreservedOnes()
    {
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(With(p => p.Env = ["LISTEN_FDS=9", "LISTEN_PID=7"])) with { ListenFds = [9], PreserveFds = [4, 9] });
        Assert.Equal([(3, (PlanFd)new InheritedFd(9)), (4, new InheritedFd(4)), (5, new InheritedFd(9))], plan.Steps.OfType<KeepFdStep>().Select(step => (step.Number, step.Fd)));
        var exec = (ExecStep)plan.Steps[^1];
        Assert.Equal(["HOME=/root", "LISTEN_FDS=1", "LISTEN_PID="], exec.Env);
        Assert.True(exec.PatchListenPid);
    }

    /// <summary>sd_listen_fds(3): what the caller passes is replaced, and only when it passes something.</summary>
    [Fact]
    public void WithoutListenFdsTheEnvironmentIsThatOfTheConfiguration()
    {
        OciSpec spec = With(p => p.Env = ["LISTEN_FDS=9", "A=1", "LISTEN_PID=7"]);
        var exec = (ExecStep)Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps[^1];
        Assert.Equal(["LISTEN_FDS=9", "A=1", "LISTEN_PID=7", "HOME=/root"], exec.Env);
        Assert.False(exec.PatchListenPid);
        exec = (ExecStep)Planner.PlanCreate(PlanInputs.Hybrid(spec) with { ListenFds = [5] }).Steps[^1];
        Assert.Equal(["A=1", "HOME=/root", "LISTEN_FDS=1", "LISTEN_PID="], exec.Env);
        Assert.True(exec.PatchListenPid);
    }

    [Fact]
    public void WithoutCapabilitiesAllAreDropped()
    {
        List<LaunchStep> steps = Plan(p => p.Capabilities = null);
        Assert.Equal(0ul, steps.OfType<CapBoundingStep>().Single().Keep);
        Assert.Equal(0ul, steps.OfType<CapabilitiesStep>().Single().Permitted);
    }

    [Fact]
    public void AmbientStaysWithinPermittedAndInheritable()
    {
        CapabilitiesStep caps = Plan(p => p.Capabilities = new OciCapabilities
        {
            Bounding = ["CAP_KILL", "CAP_CHOWN"],
            Permitted = ["CAP_KILL", "CAP_CHOWN"],
            Effective = ["CAP_KILL"],
            Inheritable = ["CAP_KILL"],
            Ambient = ["CAP_KILL", "CAP_CHOWN"],
        }).OfType<CapabilitiesStep>().Single();
        Assert.Equal((1ul << 5, 0b100001ul, 1ul << 5, 1ul << 5), (caps.Effective, caps.Permitted, caps.Inheritable, caps.Ambient));
    }

    [Fact]
    public void TheUserHasGroupsAndUmask()
    {
        UserStep user = Plan(p => p.User = new OciUser { Uid = 5, Gid = 6, AdditionalGids = [7, 8], Umask = 0x3f }).OfType<UserStep>().Single();
        Assert.Equal((5u, 6u, 0x3fu, true), (user.Uid, user.Gid, user.Umask, user.OwnStdio));
        Assert.Equal([7u, 8u], user.Groups);
        user = Plan(p => p.User = null).OfType<UserStep>().Single();
        Assert.Equal((0u, 0u, 18u, false), (user.Uid, user.Gid, user.Umask, user.OwnStdio));
        Assert.Empty(user.Groups!);
    }

    [Fact]
    public void WithoutPrivilegeGroupsAreNotSet()
    {
        CreatePlanInput input = PlanInputs.Hybrid(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec())) with { Host = PlanInputs.HybridHost with { Rootless = true, EffectiveUid = 1000 } };
        input.Spec.Process!.User = new OciUser { AdditionalGids = [7] };
        Assert.Equal([7u], Planner.PlanCreate(input).Steps.OfType<UserStep>().Single().Groups!); // those of a range of /etc/subgid
        input.Spec.Linux!.GidMappings = [new OciIdMapping { HostID = 1000, Size = 1 }];
        input.Spec.Process.User = null;
        Assert.Null(Planner.PlanCreate(input).Steps.OfType<UserStep>().Single().Groups);
        input.Spec.Process.User = new OciUser { AdditionalGids = [7] };
        OciException e = Assert.Throws<OciException>(() => Planner.PlanCreate(input));
        Assert.Equal("/process/user/additionalGids", e.SpecPointer);
    }

    [Fact]
    public void AUsersDirectoryIsTriedTwice()
    {
        Assert.Equal([ChdirTry.Privileged, ChdirTry.AsUser], Plan(p => (p.User, p.Cwd) = (new OciUser { Uid = 1 }, "/w")).OfType<ChdirStep>().Select(step => step.Try));
        Assert.Equal([ChdirTry.Only], Plan(p => p.Cwd = "/w").OfType<ChdirStep>().Select(step => step.Try));
    }

    [Fact]
    public void ADirectoryIsMadeWhileTheRootIsWritable()
    {
        List<LaunchStep> steps = Plan(p => p.Cwd = "/a/b");
        Assert.Equal("/a/b", steps.OfType<MakeDirectoryStep>().Single().Path);
        Assert.False(steps.OfType<ChdirStep>().Single().Make);
        OciSpec spec = With(p => p.Cwd = "/a/b");
        spec.Root!.Readonly = false;
        Assert.True(Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<ChdirStep>().Single().Make);
    }

    [Fact]
    public void TheConsoleGoesWhereItIsWanted()
    {
        CreatePlanInput input = PlanInputs.Hybrid(With(p => (p.Terminal, p.ConsoleSize) = (true, new OciConsoleSize { Height = 24, Width = 80 })));
        ConsoleStep console = Console(input);
        Assert.Equal((24u, 80u, true, null), (console.Rows, console.Columns, console.ConsoleNode, console.Socket));
        Assert.Equal(new RoleFd(PlanFdRole.ConsoleSocket), Console(input with { Console = ConsoleTarget.Socket }).Socket);
        input = input with { Console = ConsoleTarget.Supervisor, Supervised = true };
        Assert.Equal(new RoleFd(PlanFdRole.SupervisorConsoleWriter), Console(input).Socket);
        var supervise = (SuperviseStep)Planner.PlanCreate(input).HelperSteps[0];
        Assert.Equal((new RoleFd(PlanFdRole.SupervisorConsoleReader), null, null), (supervise.Console, supervise.Stdout, supervise.Stderr));
    }

    [Fact]
    public void ASupervisorHoldsTheOutput()
    {
        var supervise = (SuperviseStep)Planner.PlanCreate(PlanInputs.Hybrid() with { Supervised = true }).HelperSteps[0];
        Assert.Equal(
            (new RoleFd(PlanFdRole.StdoutReader), new RoleFd(PlanFdRole.StderrReader), (PlanFd)new PathFd("/sys/fs/cgroup/memory/c1/memory.oom_control", PlanFdAccess.Read), null),
            (supervise.Stdout, supervise.Stderr, supervise.OomFile, supervise.Console));
        Assert.Equal((ExitFile.Name, StateDirectory.LogName), (supervise.ExitRecord, supervise.LogName));
    }

    [Fact]
    public void ASupervisorIsGivenNoTerminalThatIsNotThere()
    {
        var supervise = (SuperviseStep)Planner.PlanCreate(PlanInputs.Hybrid() with { Supervised = true, Console = ConsoleTarget.Supervisor }).HelperSteps[0];
        Assert.Equal((null, new RoleFd(PlanFdRole.StdoutReader)), (supervise.Console, supervise.Stdout));
    }

    [Fact]
    public void NoProcessNoPlan()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Process = null;
        OciException e = Assert.Throws<OciException>(() => Planner.PlanCreate(PlanInputs.Hybrid(spec)));
        Assert.Equal((OciErrorCode.InvalidSpec, "/process"), (e.Code, e.SpecPointer));
        Assert.Contains("/process: is missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyringOfItsOwnUnlessRefused()
    {
        Assert.Equal(("_ses.c1", true), Planner.PlanCreate(PlanInputs.Hybrid()).Steps.OfType<KeyringStep>().Select(step => (step.Keyring, step.WidenSearch)).Single());
        Assert.Empty(Planner.PlanCreate(PlanInputs.Hybrid() with { NoNewKeyring = true }).Steps.OfType<KeyringStep>());
    }

    private static ConsoleStep Console(CreatePlanInput input) => Planner.PlanCreate(input).Steps.OfType<ConsoleStep>().Single();

    private static IReadOnlyList<string> Env(List<string> env, string? home = "/root") =>
        ((ExecStep)Planner.PlanCreate(PlanInputs.Hybrid(With(p => p.Env = env)) with { Home = home }).Steps[^1]).Env;

    private static string Lookup(List<string> env) => Plan(p => p.Env = env).OfType<LookupStep>().Single().SearchPath;

    private static List<LaunchStep> Plan(Action<OciProcess> change) => [.. Planner.PlanCreate(PlanInputs.Hybrid(With(change))).Steps];

    private static OciSpec With(Action<OciProcess> change)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Process!.Env = [.. Path];
        change(spec.Process);
        return spec;
    }
}
