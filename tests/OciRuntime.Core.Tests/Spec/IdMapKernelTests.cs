using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Id maps at random: what the validator takes the kernel takes, and nothing else.</summary>
[Collection(ContainerFixture.Name)]
[Needs(Root = true)]
public sealed class IdMapKernelTests
{
    private const int Maps = 250;

    // Ids where arithmetic ends, and a few that meet each other.
    private static readonly uint[] s_ids = [0, 1, 2, 5, 10, 1000, 65_535, 65_536, 100_000, 0x7FFFFFFF, 0x80000000, uint.MaxValue - 10, uint.MaxValue - 2, uint.MaxValue - 1, uint.MaxValue];
    private static readonly uint[] s_sizes = [0, 1, 1, 1, 2, 3, 5, 1000, 65_536, 0x80000000, uint.MaxValue - 1, uint.MaxValue];

    [Fact]
    public void RandomMapsAreTheKernels()
    {
        var random = new Random(3);
        int taken = 0;
        for (int i = 0; i < Maps; i++)
        {
            List<OciIdMapping> map = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new OciIdMapping { ContainerID = Pick(s_ids), HostID = Pick(s_ids), Size = Pick(s_sizes) })];
            bool valid = Xunit.Record.Exception(() => SpecValidator.Validate(Mapped(map))) is not OciException;
            bool written = IsTaken(map);
            Assert.True(valid == written, $"{IdMaps.Lines(map)}the validator {(valid ? "takes" : "refuses")} it, the kernel {(written ? "takes" : "refuses")} it");
            taken += written ? 1 : 0;
        }
        Assert.InRange(taken, Maps / 20, Maps * 19 / 20);

        uint Pick(uint[] from) => from[random.Next(from.Length)];
    }

    [Fact]
    public void AMapOfMoreThanAPageIsExplained()
    {
        // 340 lines are allowed; the text of so many is not.
        List<OciIdMapping> map = [.. Enumerable.Range(0, 340).Select(i => new OciIdMapping { ContainerID = 1_000_000_000 + (uint)i, HostID = 1_000_000_000 + (uint)i, Size = 1 })];
        SpecValidator.Validate(Mapped(map));
        Assert.SkipUnless(IdMaps.Lines(map).Length >= Environment.SystemPageSize, "a page of this machine holds every map");
        OciException error = Assert.Throws<OciException>(() => MappedUserNamespace.Open(new(map, [], null, "/linux")));
        Assert.Contains($"a map of less than {Environment.SystemPageSize} bytes", error.Hint, StringComparison.Ordinal);
    }

    private static bool IsTaken(List<OciIdMapping> map)
    {
        try
        {
            using SafeFd made = MappedUserNamespace.Open(new(map, [], null, "/linux"));
            return true;
        }
        catch (OciException e) when (e.Syscall == "write")
        {
            return false;
        }
    }

    private static OciSpec Mapped(List<OciIdMapping> map)
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Linux!.Namespaces!.Add(new() { Type = "user" });
        spec.Linux.UidMappings = map;
        spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 0, Size = 1 }];
        return spec;
    }
}
