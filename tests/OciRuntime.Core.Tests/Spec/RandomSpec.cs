using System.Collections;
using System.Reflection;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>
/// Fills every property of the model by reflection, so that a property that the schema forgets fails the round trip.
/// What Go's omitempty can't tell from "absent" is never made: empty strings, lists and maps, and 0 where absent means 0.
/// </summary>
internal sealed class RandomSpec(int seed)
{
    private static readonly string[] s_texts = ["a", "/dev/null", "with \"quotes\"", "back\\slash", "tab\t", "nul\0", "é", "日本", "😀", "<&>", "'", "~/~1", new string('x', 300)];

    private readonly Random _random = new(seed);

    /// <summary>How often a property that may be absent is there.</summary>
    public double Density { get; init; } = 0.7;

    public T Make<T>()
        where T : class => (T)Make(typeof(T));

    private object Make(Type type)
    {
        if (type == typeof(string))
            return s_texts[_random.Next(s_texts.Length)];
        if (type == typeof(bool))
            return _random.Next(2) == 0;
        if (type == typeof(int))
            return Pick(int.MinValue, int.MaxValue, -1, 1000);
        if (type == typeof(long))
            return Pick(long.MinValue, long.MaxValue, -1L, 1L << 40);
        if (type == typeof(uint))
            return Pick(uint.MaxValue, 1u, 1000u);
        if (type == typeof(ulong))
            return Pick(ulong.MaxValue, 1ul, 1ul << 53, (1ul << 53) + 1);
        if (type == typeof(ushort))
            return Pick(ushort.MaxValue, (ushort)1);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var list = (IList)Activator.CreateInstance(type)!;
            for (int i = _random.Next(1, 4); i > 0; i--)
                list.Add(Make(type.GenericTypeArguments[0]));
            return list;
        }
        if (type.IsGenericType)
        {
            var map = (IDictionary)Activator.CreateInstance(type)!;
            for (int i = _random.Next(1, 4); i > 0; i--)
                map[s_texts[_random.Next(s_texts.Length)]] = Make(type.GenericTypeArguments[1]);
            return map;
        }
        object item = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
        {
            bool optional = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
            if (property.Name == "OciVersion")
                property.SetValue(item, "1.3.0");
            else if (property.Name == "Names" || !optional || _random.NextDouble() < Density)
                property.SetValue(item, Make(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        }
        return item;
    }

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
