using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A process of the launch dies in the one moment in which the container's init exists and the runtime does not know of it.</summary>
[Collection(Name)]
[Needs(Containers = true)]
public sealed class LaunchDeathTests : ContainerFixture
{
    private enum Made
    {
        Plain,
        SharedPid,
        Supervised,
        Intermediate,
    }

    [Fact]
    public void AHelperThatDiesFailsTheCreate() => CreateFails(Made.Plain, birth: 1);

    [Fact]
    public void AHelperThatDiesFailsTheCreateInThePidNamespaceOfTheHost() => CreateFails(Made.SharedPid, birth: 1);

    [Fact]
    public void ASupervisorThatDiesFailsTheCreate() => CreateFails(Made.Supervised, birth: 2);

    [Fact]
    public void ASupervisorThatDiesBeforeItsChildHasMadeInitFailsTheCreate() => CreateFails(Made.Intermediate, birth: 2);

    [Fact]
    public void AChildOfTheSupervisorThatDiesFailsTheCreate() => CreateFails(Made.Intermediate, birth: 3);

    // Who dies has just made the n-th child of the launch: helper, supervisor, its child if it has one, init.
    private void CreateFails(Made made, int birth)
    {
        OciSpec spec = Spec("sleep", "1000");
        if (made == Made.SharedPid)
            spec.Linux!.Namespaces!.RemoveAll(static item => item.Type == "pid");
        if (made == Made.Intermediate)
            spec.Linux!.Namespaces!.Add(new OciNamespace { Type = "time" });
        string hooked = Temporary("hooked");
        spec.Hooks = new OciHooks { CreateRuntime = [new OciHook { Path = "/bin/sh", Args = ["sh", "-c", $"cat >>{hooked}"] }] };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        using (var newborn = new Newborn(Temporary("newborn"), birth))
        {
            OciException e = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec, supervised: made is Made.Supervised or Made.Intermediate), patience.Token));
            Assert.Equal(OciErrorCode.HelperDied, e.Code);
            Assert.True(newborn.HasKilled());
        }

        Assert.False(File.Exists(hooked));
        Assert.Empty(Runtime.List());
        Assert.False(Directory.Exists(Path.Join(Root, "c")));
    }
}
