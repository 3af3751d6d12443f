using System.Diagnostics;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>States that somebody else could have written: nothing of what they say is done.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class PlantedStateTests : AttackFixture
{
    private string State => Path.Combine(Root, "c");

    /// <summary>The attack: a state with a hook and with the pid of a process that is not the container's.</summary>
    [Fact]
    public void APlantedStateRunsNoHookAndKillsNobody()
    {
        using Process victim = Process.Start("sleep", "300");
        try
        {
            PlantState(victim.Id);
            foreach (Action plant in (Action[])
                     [
                         () => Machine.Run("chown", "5", State),
                         () => Machine.Run("chmod", "770", State),
                         () => Machine.Run("chmod", "703", State),
                         () => Machine.Run("chown", "5", State + "/state.json"),
                         () => Machine.Run("chmod", "620", State + "/state.json"),
                         () => Machine.Run("chmod", "606", State + "/state.json"),
                         () => ReplaceByLink("state.json"),
                         () => ReplaceByFifo("state.json"),
                     ])
            {
                Restore();
                plant();
                AssertNotBelieved();
            }
            Restore();
            Assert.False(victim.HasExited);
            AssertUntouched();
        }
        finally
        {
            victim.Kill();
            victim.WaitForExit();
            Restore();
            Directory.Delete(State, recursive: true);
        }
    }

    /// <summary>What is not needed to end a container does not keep it from being ended.</summary>
    [Fact]
    public void HooksOfAPlantedConfigurationAreNotRunAndItsContainerIsDeleted()
    {
        foreach (Action plant in (Action[])
                 [
                     () => Machine.Run("chown", "5", State + "/config.json"),
                     () => Machine.Run("chmod", "666", State + "/config.json"),
                     () => ReplaceByLink("config.json"),
                     () => ReplaceByFifo("config.json"),
                 ])
        {
            OciSpec spec = Spec("sleep", "300");
            spec.Hooks = new OciHooks { Poststop = [TouchCanary()] };
            int pid = Start(spec).Pid;
            plant();
            Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => Exec("c", "true")).Code);
            Assert.Equal(ContainerStatus.Running, Runtime.Get("c").State);
            Warnings.Clear();
            Runtime.Delete("c", force: true);
            Assert.Contains("hooks of container c are not run", Assert.Single(Warnings), StringComparison.Ordinal);
            Assert.False(Directory.Exists(State));
            Assert.True(ProcessStat.Read(pid) is not { IsDead: false });
            AssertUntouched();
        }
    }

    [Fact]
    public void APlantedGateIsNotOpened()
    {
        Runtime.Create(Request("c", Spec("true")));
        Machine.Run("chown", "5", State + "/gate");
        Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => Runtime.Start("c")).Code);
        Assert.Equal(ContainerStatus.Created, Runtime.Get("c").State);
        Machine.Run("chown", "0", State + "/gate");
        Runtime.Start("c");
    }

    [Fact]
    public void APlantedExitRecordIsNotTaken()
    {
        Runtime.Create(Request("c", Spec("true"), supervised: true));
        Runtime.Start("c");
        Assert.Equal(0, Runtime.Wait("c")!.ExitCode);
        Machine.Run("chmod", "660", State + "/exit.json");
        Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => Runtime.Wait("c")).Code);
        Assert.Equal(ContainerStatus.Broken, Assert.Single(Runtime.List()).State);
        Machine.Run("chmod", "600", State + "/exit.json");
    }

    [Fact]
    public void APlantedLogIsNotShown()
    {
        Runtime.Create(Request("c", Spec("echo", "said"), supervised: true));
        Runtime.Start("c");
        Runtime.Wait("c");
        Assert.Equal("said", Assert.Single(ContainerLog.Read(Runtime, "c")).Line);
        ReplaceByLink("log");
        Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => ContainerLog.Read(Runtime, "c").Count()).Code);
        File.Delete(State + "/log");
        ReplaceByFifo("log");
        Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(() => ContainerLog.Read(Runtime, "c").Count()).Code);
    }

    // A state as the runtime writes it, of a container that has hooks, and that names the victim.
    private void PlantState(int victim)
    {
        OciSpec spec = Spec("true");
        int pid = Runtime.Create(Request("c", spec)).Pid;
        string state = File.ReadAllText(State + "/state.json")
            .Replace("\"hasHooks\":false", "\"hasHooks\":true", StringComparison.Ordinal)
            .Replace($"\"pid\":{pid},", $"\"pid\":{victim},", StringComparison.Ordinal)
            .Replace($"\"startTime\":{ProcessStat.Read(pid)!.Value.StartTime},", $"\"startTime\":{ProcessStat.Read(victim)!.Value.StartTime},", StringComparison.Ordinal);
        Runtime.Delete("c", force: true);
        Directory.CreateDirectory(State);
        File.WriteAllText(Temporary("state.json"), state);
        spec.Hooks = new OciHooks { Poststop = [TouchCanary()] };
        File.WriteAllBytes(Temporary("config.json"), SpecWriter.Write(spec).ToArray());
    }

    private void Restore()
    {
        Machine.Run("chown", "0", State);
        Machine.Run("chmod", "711", State);
        foreach (string name in (string[])["state.json", "config.json"])
        {
            File.Delete(Path.Combine(State, name));
            File.Copy(Temporary(name), Path.Combine(State, name));
            File.SetUnixFileMode(Path.Combine(State, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private void ReplaceByLink(string name)
    {
        File.Move(Path.Combine(State, name), Temporary("moved-" + name), overwrite: true);
        File.CreateSymbolicLink(Path.Combine(State, name), Temporary("moved-" + name));
    }

    private void ReplaceByFifo(string name)
    {
        File.Delete(Path.Combine(State, name));
        Machine.Run("mkfifo", "-m", "600", Path.Combine(State, name));
    }

    private void AssertNotBelieved()
    {
        Warnings.Clear();
        OciContainer listed = Assert.Single(Runtime.List());
        Assert.Equal(("c", ContainerStatus.Broken, 0, null, null), (listed.Id, listed.State, listed.Pid, listed.Bundle, listed.Created));
        Assert.Contains("is not trusted: " + State, Assert.Single(Warnings), StringComparison.Ordinal);
        foreach (Action verb in (Action[])
                 [
                     () => Runtime.Get("c"), () => Runtime.Kill("c", 9), () => Runtime.Start("c"), () => Runtime.Processes("c"), () => Runtime.Pause("c"),
                     () => Runtime.Wait("c"), () => Runtime.Delete("c"), () => Runtime.Delete("c", force: true),
                 ])
            Assert.Equal(OciErrorCode.Untrusted, Assert.Throws<OciException>(verb).Code);
        Assert.True(Directory.Exists(State));
    }

    private OciHook TouchCanary() => new() { Path = Machine.FindProgram("touch")!, Args = ["touch", Canary + "/hook"] };
}
