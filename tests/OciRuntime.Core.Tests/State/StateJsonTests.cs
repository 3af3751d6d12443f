using System.Reflection;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.State;
using Xunit;

namespace OciRuntime.Core.Tests.State;

/// <summary>What is written to state.json is what is read from it, also of properties that come later: each is filled by reflection.</summary>
public sealed class StateJsonTests
{
    private static readonly PropertyInfo[] s_properties = [.. typeof(ContainerState).GetProperties().Where(property => property.CanWrite)];

    [Fact]
    public void EveryPropertyIsReadAsItWasWritten()
    {
        ContainerState plain = Plain(), full = Plain();
        foreach (PropertyInfo property in s_properties)
        {
            object value = Value(property);
            Assert.NotEqual(value, property.GetValue(plain));
            property.SetValue(full, value);
        }
        ContainerState? read = StateJson.TryRead(StateJson.Write(full));
        Assert.NotNull(read);
        Assert.All(s_properties, property => Assert.Equal(property.GetValue(full), property.GetValue(read)));
    }

    [Fact]
    public void WhatIsNotThereHasItsDefault()
    {
        ContainerState plain = Plain();
        ContainerState? read = StateJson.TryRead("""{"format":1,"id":"a","ociVersion":"b","bundle":"c","rootfs":"d","created":"2026-01-01T00:00:00Z","later":{"a":[1]}}"""u8.ToArray());
        Assert.NotNull(read);
        Assert.All(s_properties, property => Assert.Equal(property.GetValue(plain), property.GetValue(read)));
    }

    private static ContainerState Plain() =>
        new() { Id = "a", OciVersion = "b", Bundle = "c", Rootfs = "d", Created = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) };

    // One that is nobody's default.
    private static object Value(PropertyInfo property) => property.PropertyType switch
    {
        var type when type == typeof(bool) => true,
        var type when type == typeof(int) => 77,
        var type when type == typeof(uint) => 77u,
        var type when type == typeof(ulong) => 77ul,
        var type when type == typeof(string) => property.Name + " é",
        var type when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 27, 1, 2, 3, TimeSpan.Zero).AddTicks(4_500_000),
        var type when type == typeof(CgroupManagerKind) => Enum.GetValues<CgroupManagerKind>().Except([default]).First(),
        var type when type == typeof(LogLimit) => new LogLimit(7, 8),
        var type when type == typeof(ResctrlGroup) => new ResctrlGroup("/r", true, "/r/m"),
        var type when type == typeof(IReadOnlyList<string>) => new List<string> { "one", "" },
        var type when type == typeof(IReadOnlyList<RecordedStep>) => new List<RecordedStep> { new(3, "gate", "socket"), new(4, "exec", "sh") { SpecPointer = "/process/args" } },
        var type when type == typeof(IReadOnlyDictionary<string, string>) => new Dictionary<string, string> { [""] = property.Name, ["b"] = "" },
        var type => throw new ArgumentOutOfRangeException(nameof(property), $"a value of {type}"),
    };
}
