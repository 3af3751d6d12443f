using OciRuntime.Core.Errors;
using OciRuntime.Core.Hardening;
using OciRuntime.Core.Hardening.Attacks;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Hardening;

/// <summary>
/// The attacks that no configuration lets through: they see it when the place is made weaker than that. The containers' programs are the machine's own; perl
/// stands for a distribution.
/// </summary>
[Collection(ContainerFixture.Name)]
public class AttackTests
{
    [Fact, Needs(Root = true, Program = "perl")]
    public void ADescriptorThatIsPassedOnIsSeen()
    {
        Assert.True(Try("Descriptors", static _ => { }).Held);
        using var directory = new SafeFd(Libc.open("/", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0));
        OciAttack attack = Try("Descriptors", site => site.Passed = [directory]);
        Assert.False(attack.Held);
        Assert.Equal("descriptor 3 is /", attack.Evidence);
    }

    [Fact, Needs(Root = true, Program = "perl")]
    public void WhatIsMadeOnTheHostIsSeen()
    {
        Assert.True(Try("MountOutside", static _ => { }).Held);
        OciAttack attack = Try("MountOutside", static site => site.Weaken = spec =>
        {
            foreach (OciMount mount in spec.Mounts!.Where(static mount => mount.Destination is "/up/mount" or "/across/mount"))
                (mount.Type, mount.Source, mount.Options) = ("bind", site.Outside, ["bind"]);
        });
        Assert.False(attack.Held);
        Assert.EndsWith("/outside/file was made on the host", attack.Evidence, StringComparison.Ordinal);
    }

    [Fact, Needs(Root = true)]
    public void APlaceThatCantBeRemovedIsTheCoresError()
    {
        var site = new AttackSite(null, log: null, CancellationToken.None);
        Machine.Run("mount", "-t", "tmpfs", "tmpfs", site.Outside);
        try
        {
            OciException error = Assert.Throws<OciException>(site.Dispose);
            Assert.Equal((OciErrorCode.ResourceBusy, Path.GetDirectoryName(site.Outside)), (error.Code, error.Object));
        }
        finally
        {
            Machine.Run("umount", site.Outside);
            Directory.Delete(Path.GetDirectoryName(site.Outside)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("held open: no", true, "open: no")]
    [InlineData("noise\nlost it is open\n", false, "it is open")]
    [InlineData("none no perl", null, "no perl")]
    [InlineData("sh: 1: not found\n", null, "sh: 1: not found")]
    [InlineData("", null, "the attack's program printed nothing")]
    public void TheLastLineIsTheOutcome(string output, bool? held, string evidence) => Assert.Equal(new AttackOutcome(held, evidence), AttackOutcome.Of(output));

    private static OciAttack Try(string name, Action<AttackSite> weaken) =>
        Assert.Single(HardeningTest.Run(one => one == name, spec: null, log: null, weaken, CancellationToken.None));
}
