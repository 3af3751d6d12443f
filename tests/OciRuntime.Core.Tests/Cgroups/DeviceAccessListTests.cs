using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

public sealed class DeviceAccessListTests
{
    private static readonly string[] s_defaults =
    [
        "allow c *:* m", "allow b *:* m", "allow c 1:3 rwm", "allow c 1:5 rwm", "allow c 1:7 rwm", "allow c 1:8 rwm", "allow c 1:9 rwm", "allow c 5:0 rwm",
        "allow c 136:* rwm", "allow c 5:2 rwm", "allow c 10:200 rwm",
    ];

    [Fact]
    public void WithoutRulesTheDefaultDevicesAreAllowed() => Assert.Equal(["deny a", .. s_defaults], Anew(null));

    [Fact]
    public void ADenialOfEverythingChangesNothing() => Assert.Equal(["deny a", .. s_defaults], Anew([new() { Allow = false, Access = "rwm" }]));

    [Fact]
    public void RulesOfTheSpecComeFirst() =>
        Assert.Equal(["deny a", "allow c 1:11 r", .. s_defaults], Anew([new() { Allow = false }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }]));

    [Fact]
    public void EverythingAllowedIsOneWrite() => Assert.Equal(["allow a"], Anew([new() { Allow = false }, new() { Allow = true }]));

    [Fact]
    public void AllWithNumbersIsNotEverything() =>
        Assert.Equal(["deny a", "allow b 7:* rwm", "allow c 7:* rwm", .. s_defaults], Anew([new() { Allow = true, Type = "a", Major = 7 }]));

    [Fact]
    public void RulesForOneDeviceAddUp() =>
        Assert.Equal("allow b 8:0 rw", Anew([new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "r" }, new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "w" }])[1]);

    [Fact]
    public void ALaterDenialTakesAway() =>
        Assert.Equal(
            ["deny a", "allow b 8:0 r", .. s_defaults],
            Anew([new() { Allow = true, Type = "b", Major = 8, Minor = 0 }, new() { Allow = true, Type = "b", Major = 8, Minor = 1 }, new() { Allow = false, Type = "b", Major = 8, Access = "wm" }, new() { Allow = false, Type = "b", Major = 8, Minor = 1 }]));

    [Fact]
    public void APartOfARangeCantBeDenied()
    {
        OciException error = Assert.Throws<OciException>(() => Anew([new() { Allow = true, Type = "b", Major = 8 }, new() { Allow = false, Type = "b", Major = 8, Minor = 1, Access = "w" }]));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.Equal("/linux/resources/devices/1", error.SpecPointer);
        Assert.Contains("b 8:1 w", error.Message, StringComparison.Ordinal);
        Assert.Contains("b 8:* rwm", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DenialsFromEverythingAreKept() =>
        Assert.Equal(["allow a", "deny b 8:* rw"], Anew([new() { Allow = true }, new() { Allow = false, Type = "b", Major = 8, Access = "rw" }]));

    [Fact]
    public void AnUpdateWritesWhatChanges()
    {
        DeviceAccessList present = DeviceAccessList.Parse("c *:* m\nb *:* m\nc 1:3 rwm\nc 1:5 rwm\nc 1:7 rwm\nc 1:8 rwm\nc 1:9 rwm\nc 5:0 rwm\nc 136:* rwm\nc 5:2 rwm\nc 10:200 rwm\nc 1:11 r\nb 8:0 rw\n");
        Assert.Equal(
            ["allow c 1:11 w", "deny b 8:0 w"],
            Texts(Wanted([new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "rw" }, new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "r" }]).Writes(present)));
    }

    [Fact]
    public void FromEverythingAnUpdateStartsAnew() => Assert.Equal(["deny a", .. s_defaults], Texts(Wanted([]).Writes(DeviceAccessList.Parse("a *:* rwm\n"))));

    [Theory]
    [InlineData(-2L)]
    [InlineData(4294967296L)]
    public void NumbersThatNoDeviceHasAreRefused(long major) =>
        Assert.Equal("/linux/resources/devices/0/major", Assert.Throws<OciException>(() => Wanted([new() { Allow = true, Type = "c", Major = major }])).SpecPointer);

    // What the list holds allows what the rules mean, or the list refused them. One exception has to allow all of an access on v1, so single ones are asked for.
    [Fact]
    public void RandomRulesMeanTheSameOrAreRefused()
    {
        var random = new Random(2);
        int held = 0;
        for (int round = 0; round < 5000; round++)
        {
            var rules = new List<DeviceRule> { DeviceReference.DenyAll };
            for (int i = random.Next(6); i > 0; i--)
                rules.Add(DeviceReference.Random(random));
            List<CgroupWrite> writes;
            try
            {
                writes = DeviceAccessList.Of(rules).Writes(from: null);
            }
            catch (OciException)
            {
                continue;
            }

            held++;
            foreach ((char type, uint major, uint minor, DeviceAccess access) in Samples())
                Assert.Equal(DeviceReference.Allows(rules, type, major, minor, access), Kernel(writes, type, major, minor, access));
        }

        Assert.InRange(held, 1000, 5000);
    }

    private static IEnumerable<(char Type, uint Major, uint Minor, DeviceAccess Access)> Samples() =>
        from type in "bc"
        from major in Enumerable.Range(0, 4)
        from minor in Enumerable.Range(0, 4)
        from access in new[] { DeviceAccess.Mknod, DeviceAccess.Read, DeviceAccess.Write }
        select (type, (uint)major, (uint)minor, access);

    // The kernel's side: a default and exceptions, as cgroup-v1/devices describes it.
    private static bool Kernel(List<CgroupWrite> writes, char type, uint major, uint minor, DeviceAccess access)
    {
        bool allowed = writes[0].File == "devices.allow";
        foreach (CgroupWrite write in writes.Skip(1))
        {
            string[] fields = write.Value.Split(' ', ':');
            bool matches = fields[0][0] == type && (fields[1] == "*" || uint.Parse(fields[1]) == major) && (fields[2] == "*" || uint.Parse(fields[2]) == minor)
                && fields[3].Contains(access switch { DeviceAccess.Read => 'r', DeviceAccess.Write => 'w', _ => 'm' });
            if (matches)
                return !allowed;
        }

        return allowed;
    }

    private static DeviceAccessList Wanted(List<OciDeviceRule>? rules) => DeviceAccessList.Of(DeviceRule.Effective(rules));

    private static string[] Anew(List<OciDeviceRule>? rules) => Texts(Wanted(rules).Writes(from: null));

    private static string[] Texts(List<CgroupWrite> writes) => [.. writes.Select(write => write.File["devices.".Length..] + " " + write.Value)];
}
