using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>What differs between two configurations, as lines of its pointer, change and both values.</summary>
public sealed class SpecComparisonTests
{
    private static readonly (string[] Lines, Action<OciSpec> Change)[] s_cases =
    [
        ([], static _ => { }),
        // Values.
        (["/hostname Changed runc > other"], static s => s.Hostname = "other"),
        (["/hostname Removed runc > "], static s => s.Hostname = null),
        (["/domainname Added  > d"], static s => s.Domainname = "d"),
        (["/root/path Changed rootfs > /r", "/root/readonly Removed true > "], static s => s.Root = new() { Path = "/r" }),
        (["/process/oomScoreAdj Added  > -5"], static s => s.Process!.OomScoreAdj = -5),
        (["/process/user/umask Added  > 18", "/process/user/additionalGids Added  > [1,2]"], static s =>
        {
            s.Process!.User!.Umask = 18;
            s.Process.User.AdditionalGids = [1, 2];
        }),
        (["/root Removed {\"path\":\"rootfs\",\"readonly\":true} > "], static s => s.Root = null),
        (["/annotations Added  > {\"a\":\"1\"}"], static s => s.Annotations = new() { ["a"] = "1" }),
        (["/linux/sysctl Added  > {\"a/b\":\"1\"}"], static s => s.Linux!.Sysctl = new() { ["a/b"] = "1" }),
        // The arguments of a program are one value.
        (["/process/args Changed [\"sh\"] > [\"sh\",\"-c\"]"], static s => s.Process!.Args = ["sh", "-c"]),
        // Mounts, by destination.
        (["/mounts/2 Added  > {\"destination\":\"/n\",\"type\":\"tmpfs\"}"], static s => s.Mounts!.Insert(2, new() { Destination = "/n", Type = "tmpfs" })),
        (["/mounts/1 Removed {\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"nosuid\",\"strictatime\",\"mode=755\",\"size=65536k\"]} > "],
            static s => s.Mounts!.RemoveAt(1)),
        (["/mounts/0/type Changed proc > x"], static s => s.Mounts![0].Type = "x"),
        (["/mounts/0/options Added  > [\"ro\"]"], static s => s.Mounts![0].Options = ["ro"]),
        (["/mounts/1/options/1 Added  > ro"], static s => s.Mounts![1].Options!.Insert(1, "ro")),
        (["/mounts/1/options/0 Removed nosuid > "], static s => s.Mounts![1].Options!.RemoveAt(0)),
        (["/mounts/1/options Reordered [\"nosuid\",\"strictatime\",\"mode=755\",\"size=65536k\"] > [\"size=65536k\",\"mode=755\",\"strictatime\",\"nosuid\"]"],
            static s => s.Mounts![1].Options!.Reverse()),
        // Of one that moved, the place in the other is named.
        (["/mounts/3/source Changed devpts > x"], static s =>
        {
            s.Mounts![2].Source = "x";
            (s.Mounts[2], s.Mounts[3]) = (s.Mounts[3], s.Mounts[2]);
        }),
        // The second of the same destination is its own.
        (["/mounts/7 Added  > {\"destination\":\"/proc\"}"], static s => s.Mounts!.Add(new() { Destination = "/proc" })),
        (["/mounts/0/source Changed proc > p", "/mounts/1 Added  > {\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}"],
            static s => s.Mounts!.Insert(0, new() { Destination = "/proc", Type = "proc", Source = "p" })),
        // Variables, by name.
        (["/process/env/1 Changed TERM=xterm > TERM=a=b"], static s => s.Process!.Env![1] = "TERM=a=b"),
        (["/process/env/1 Removed TERM=xterm > "], static s => s.Process!.Env!.RemoveAt(1)),
        (["/process/env/0 Added  > A=1"], static s => s.Process!.Env!.Insert(0, "A=1")),
        ([], static s => s.Process!.Env!.Reverse()),
        // Limits and namespaces, by type.
        (["/process/rlimits/0/soft Changed 1024 > 5"], static s => s.Process!.Rlimits![0].Soft = 5),
        (["/process/rlimits/0 Added  > {\"type\":\"RLIMIT_CPU\",\"hard\":2,\"soft\":1}"], static s => s.Process!.Rlimits!.Insert(0, new() { Type = "RLIMIT_CPU", Soft = 1, Hard = 2 })),
        (["/linux/namespaces/0/path Added  > /p"], static s => s.Linux!.Namespaces![0].Path = "/p"),
        (["/linux/namespaces/1 Removed {\"type\":\"network\"} > "], static s => s.Linux!.Namespaces!.RemoveAt(1)),
        ([], static s => s.Linux!.Namespaces!.Reverse()),
        // Sets.
        ([], static s => s.Process!.Capabilities!.Bounding!.Reverse()),
        ([], static s => s.Process!.Capabilities!.Permitted!.Reverse()),
        (["/process/capabilities/bounding/0 Removed CAP_AUDIT_WRITE > "], static s => s.Process!.Capabilities!.Bounding!.RemoveAt(0)),
        (["/process/capabilities/effective/3 Added  > CAP_KILL"], static s => s.Process!.Capabilities!.Effective!.Add("CAP_KILL")),
        ([], static s => s.Linux!.MaskedPaths!.Reverse()),
        ([], static s => s.Linux!.ReadonlyPaths!.Reverse()),
        (["/linux/maskedPaths/0 Removed /proc/acpi > ", "/linux/maskedPaths/9 Added  > /x"], static s =>
        {
            s.Linux!.MaskedPaths!.RemoveAt(0);
            s.Linux.MaskedPaths.Add("/x");
        }),
    ];

    // Lists that the default configuration has not; in each the first element is told from the second by its name alone.
    private static readonly (string? Reordered, Action<OciSpec, bool> Fill)[] s_orders =
    [
        (null, static (s, turned) => s.Process!.Rlimits = Two(new OciRlimit { Type = "A" }, new OciRlimit { Type = "B" }, turned)),
        (null, static (s, turned) => s.Process!.User!.AdditionalGids = Two(1u, 2u, turned)),
        (null, static (s, turned) => s.Linux!.Devices = Two(new OciDevice { Path = "/a" }, new OciDevice { Path = "/b" }, turned)),
        (null, static (s, turned) => s.Linux!.Seccomp = new() { Architectures = Two("A", "B", turned) }),
        (null, static (s, turned) => s.Linux!.Seccomp = new() { Flags = Two("A", "B", turned) }),
        (null, static (s, turned) => s.Linux!.Resources!.HugepageLimits = Two(new OciHugepageLimit { PageSize = "2MB" }, new OciHugepageLimit { PageSize = "1GB" }, turned)),
        (null, static (s, turned) => s.Process!.Capabilities!.Ambient = Two("A", "B", turned)),
        (null, static (s, turned) => s.Process!.Capabilities!.Inheritable = Two("A", "B", turned)),
        (null, static (s, turned) => s.Linux!.Seccomp = new() { Syscalls = [new OciSyscall { Names = Two("write", "read", turned), Action = "A" }] }),
        ("/linux/seccomp/syscalls", static (s, turned) => s.Linux!.Seccomp = new() { Syscalls = Two(new OciSyscall { Action = "A" }, new OciSyscall { Action = "B" }, turned) }),
        ("/linux/resources/devices", static (s, turned) => s.Linux!.Resources!.Devices = Two(new OciDeviceRule { Type = "c" }, new OciDeviceRule { Type = "b" }, turned)),
        ("/linux/uidMappings", static (s, turned) => s.Linux!.UidMappings = Two(new OciIdMapping { Size = 1 }, new OciIdMapping { Size = 2 }, turned)),
        ("/hooks/prestart", static (s, turned) => s.Hooks = new() { Prestart = Two(new OciHook { Path = "/a" }, new OciHook { Path = "/b" }, turned) }),
        ("/mounts", static (s, turned) => s.Mounts = Two(new OciMount { Destination = "/a" }, new OciMount { Destination = "/b" }, turned)),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_cases.Length)];

    public static TheoryData<int> Orders => [.. Enumerable.Range(0, s_orders.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryDifferenceIsTold(int index)
    {
        OciSpec changed = Known();
        s_cases[index].Change(changed);
        Assert.Equal(s_cases[index].Lines, Lines(Known(), changed));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void TheOrderCountsWhereItMeansSomething(int index)
    {
        OciSpec one = Known(), other = Known();
        (string? reordered, Action<OciSpec, bool> fill) = s_orders[index];
        fill(one, false);
        fill(other, true);
        string[] expected = reordered is null ? [] : [$"{reordered} Reordered"];
        Assert.Equal(expected, SpecComparison.Compare(one, other).Select(found => $"{found.Pointer} {found.Change}"));
    }

    [Fact]
    public void ElementsThatHaveANameAreComparedWithin()
    {
        OciSpec one = Known(), other = Known();
        one.Linux!.Devices = [new() { Type = "c", Path = "/a", Major = 1, Minor = 1 }];
        other.Linux!.Devices = [new() { Type = "c", Path = "/b" }, new() { Type = "b", Path = "/a", Major = 1, Minor = 1 }];
        one.Linux.Resources!.HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }];
        other.Linux.Resources!.HugepageLimits = [new() { PageSize = "2MB", Limit = 2 }];
        // Rules for devices have no name.
        one.Linux.Resources.Devices = [new() { Type = "c", Access = "r" }];
        other.Linux.Resources.Devices = [new() { Type = "c", Access = "w" }];
        Assert.Equal(
            [
                "/linux/devices/0 Added  > {\"path\":\"/b\",\"type\":\"c\"}",
                "/linux/devices/1/type Changed c > b",
                "/linux/resources/devices/0 Added  > {\"allow\":false,\"type\":\"c\",\"access\":\"w\"}",
                "/linux/resources/devices/0 Removed {\"allow\":false,\"type\":\"c\",\"access\":\"r\"} > ",
                "/linux/resources/hugepageLimits/0/limit Changed 1 > 2",
            ],
            Lines(one, other).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void KeysAreEscapedInPointers()
    {
        OciSpec one = Known(), other = Known();
        one.Annotations = new() { ["a/b~c"] = "1", ["kept"] = "1" };
        other.Annotations = new() { ["a/b~c"] = "2", ["kept"] = "1", ["~1"] = "3" };
        Assert.Equal(["/annotations/a~1b~0c Changed 1 > 2", "/annotations/~01 Added  > 3"], Lines(one, other));
    }

    [Fact]
    public void ValuesThatAreNotThereAreNull()
    {
        OciSpec other = Known();
        other.Hostname = null;
        other.Domainname = "d";
        Assert.Equal(
            new (string, string?, string?)[] { ("/hostname", "runc", null), ("/domainname", null, "d") },
            SpecComparison.Compare(Known(), other).Select(found => (found.Pointer, found.Reference, found.Difference)));
    }

    private static List<T> Two<T>(T first, T second, bool turned) => turned ? [second, first] : [first, second];

    private static OciSpec Known()
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Linux!.Namespaces!.RemoveAll(static ns => ns.Type == "cgroup");
        return spec;
    }

    private static IEnumerable<string> Lines(OciSpec one, OciSpec other) =>
        SpecComparison.Compare(one, other).Select(found => $"{found.Pointer} {found.Change} {found.Reference} > {found.Difference}");
}
