using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace OciRuntime.PowerShell.Common;

/// <summary>Objects of this module that were serialized (remoting, a job, Clixml): property bags with the names of their properties.</summary>
internal static class Travelled
{
    /// <summary>True when an object was of a type before it was serialized.</summary>
    public static bool Is(PSObject value, Type type) => value.TypeNames.Contains("Deserialized." + type.FullName);

    /// <summary>Rebuilds the object from its settable properties.</summary>
    /// <typeparam name="T">Its original type.</typeparam>
    /// <param name="bag">The property bag.</param>
    /// <exception cref="ArgumentTransformationMetadataException">A part of it is only text, truncated by the depth of the serialization.</exception>
    public static T Rebuild<T>(PSObject bag)
        where T : new() => (T)Object(bag, typeof(T));

    private static object Object(PSObject bag, Type type)
    {
        object built = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
        {
            if (property.CanWrite && bag.Properties[property.Name]?.Value is { } value)
                property.SetValue(built, Value(value, property.PropertyType, property.Name));
        }
        return built;
    }

    private static object Value(object value, Type type, string name)
    {
        object plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsGenericType && target.GetGenericTypeDefinition() == typeof(List<>) && plain is IEnumerable and not string)
            return List((IEnumerable)plain, target);
        if (target.IsGenericType && target.GetGenericTypeDefinition() == typeof(Dictionary<,>) && plain is IDictionary table)
            return Dictionary(table, target);
        if (plain is PSObject bag && target.Namespace!.StartsWith("OciRuntime.", StringComparison.Ordinal))
            return Object(bag, target);
        try
        {
            return LanguagePrimitives.ConvertTo(plain, target, CultureInfo.InvariantCulture);
        }
        catch (PSInvalidCastException e)
        {
            throw new ArgumentTransformationMetadataException(Messages.CutOff(name), e);
        }
    }

    private static object List(IEnumerable values, Type type)
    {
        var list = (IList)Activator.CreateInstance(type)!;
        foreach (object? item in values)
            list.Add(item is null ? null : Value(item, type.GenericTypeArguments[0], type.GenericTypeArguments[0].Name));
        return list;
    }

    private static object Dictionary(IDictionary table, Type type)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(type)!;
        foreach (DictionaryEntry entry in table)
            dictionary.Add(entry.Key, entry.Value is null ? null : Value(entry.Value, type.GenericTypeArguments[1], entry.Key.ToString()!));
        return dictionary;
    }
}
