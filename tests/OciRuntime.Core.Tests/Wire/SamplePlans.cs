using System.Reflection;
using CsCheck;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Tests.Wire;

/// <summary>Random steps of every kind: each property has a value of its own.</summary>
internal static class SamplePlans
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char['!', 'ſ'], 0, 20];
    private static readonly Gen<string> Path = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 8].Array[1, 4].Select(parts => "/" + string.Join('/', parts)),
        Gen.Const("/"),
        Gen.Const("a/b"),
        Gen.Const("//c"));
    private static readonly Gen<int> Int = Gen.OneOf(Gen.Const(0), Gen.Int);
    private static readonly Gen<uint> UInt = Gen.OneOf(Gen.Const(0u), Gen.UInt);
    private static readonly Gen<ulong> ULong = Gen.OneOf(Gen.Const(0ul), Gen.ULong);
    private static readonly Gen<IdMapsFd> IdMaps = Gen.Select(UInt, UInt, (inside, outside) =>
        new IdMapsFd([new() { ContainerID = inside, HostID = outside, Size = 1 }], [new() { ContainerID = outside, HostID = inside, Size = 1 }], null, "/mounts/0"));
    private static readonly Gen<PlanFd> Fd = Gen.OneOf(
        Path.Select(path => (PlanFd)new PathFd(path, PlanFdAccess.Read)),
        Gen.Int[3, 9].Select(number => (PlanFd)new InheritedFd(number)),
        Gen.Enum<PlanFdRole>().Select(role => (PlanFd)new RoleFd(role)),
        IdMaps.Select(maps => (PlanFd)maps));

    private static readonly Dictionary<Type, Gen<object?>> Values = new()
    {
        [typeof(string)] = Boxed(Text),
        [typeof(bool)] = Boxed(Gen.Bool),
        [typeof(int)] = Boxed(Int),
        [typeof(uint)] = Boxed(UInt),
        [typeof(ulong)] = Boxed(ULong),
        [typeof(TimeSpan)] = Boxed(Gen.Int[0, 60_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))),
        [typeof(LogLimit)] = Boxed(Gen.Select(Gen.Long[LogLimit.NoLimit, long.MaxValue], Gen.Int[1, 9], (size, files) => new LogLimit(size, files))),
        [typeof(CloneBits)] = Boxed(ULong.Select(bits => (CloneBits)bits)),
        [typeof(Propagation)] = Boxed(ULong.Select(bits => (Propagation)bits)),
        [typeof(MountAttributes)] = Boxed(ULong.Select(bits => (MountAttributes)bits)),
        [typeof(AwaitReason)] = Boxed(Gen.Enum<AwaitReason>()),
        [typeof(ChdirTry)] = Boxed(Gen.Enum<ChdirTry>()),
        [typeof(PlanFd)] = Boxed(Fd),
        [typeof(IdMapsFd)] = Boxed(IdMaps),
        [typeof(ReadOnlyMemory<byte>)] = Boxed(Gen.Byte.Array[0, 64].Select(bytes => new ReadOnlyMemory<byte>(bytes))),
        [typeof(IReadOnlyList<string>)] = Boxed(Text.Array[0, 5]),
        [typeof(IReadOnlyList<uint>)] = Boxed(UInt.Array[0, 8]),
    };

    /// <summary>The steps that the helper runs.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(LaunchStep).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LaunchStep)) && !type.IsAbstract && !type.IsSubclassOf(typeof(RuntimeStep)) && type != typeof(RecordedStep))];

    private static readonly Gen<LaunchStep>[] Kinds = [.. Types.Select(Of)];

    /// <summary>One step of each kind.</summary>
    public static Gen<LaunchPlan> OfEveryKind { get; } = Kinds.Aggregate(
        Gen.Const(new List<LaunchStep>()), (list, kind) => Gen.Select(list, kind).Select((steps, step) => new List<LaunchStep>(steps) { step })).Select(steps => new LaunchPlan(steps));

    /// <summary>Any steps in any order.</summary>
    public static Gen<LaunchPlan> Any { get; } = Gen.OneOf(Kinds).List[0, 12].Select(steps => new LaunchPlan(steps));

    /// <summary>Steps of one type.</summary>
    public static Gen<LaunchStep> Of(Type type)
    {
        PropertyInfo[] properties = [.. PropertiesOf(type)];
        Gen<object?[]> values = properties.Aggregate(Gen.Const<object?[]>([]), (all, property) => Gen.Select(all, ValuesOf(property), (before, value) => (object?[])[.. before, value]));
        return values.Select(all =>
        {
            var step = (LaunchStep)Activator.CreateInstance(type)!;
            for (int i = 0; i < all.Length; i++)
                properties[i].SetValue(step, all[i]);
            return step;
        });
    }

    /// <summary>What a step is given, but for the place in the configuration that it comes from.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties().Where(property => property.CanWrite && property.Name != nameof(LaunchStep.SpecPointer));

    /// <summary>Values of a property; null is one of them where it may be.</summary>
    public static Gen<object?> ValuesOf(PropertyInfo property)
    {
        Gen<object?> values = property.Name is "Path" or "Target" && property.PropertyType == typeof(string) ? Boxed(Path) : Values[property.PropertyType];
        return new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable ? Gen.Select(values, Gen.Bool, (value, isThere) => isThere ? value : null) : values;
    }

    private static Gen<object?> Boxed<T>(Gen<T> values) => values.Select(value => (object?)value);
}
