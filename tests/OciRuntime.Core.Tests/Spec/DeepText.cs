using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Everything that an object holds, as text, by reflection: two objects are equal when their texts are.</summary>
internal static class DeepText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, "");
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, string at)
    {
        switch (value)
        {
            case null:
                break;
            case string or ValueType:
                text.Append(at).Append('=').AppendLine(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case IDictionary map:
                foreach (string key in map.Keys.Cast<string>().Order(StringComparer.Ordinal))
                    Append(text, map[key], $"{at}[{key}]");
                break;
            case IList list:
                for (int i = 0; i < list.Count; i++)
                    Append(text, list[i], $"{at}[{i}]");
                break;
            default:
                text.Append(at).AppendLine("{}");
                foreach (PropertyInfo property in value.GetType().GetProperties())
                    Append(text, property.GetValue(value), at + "." + property.Name);
                break;
        }
    }
}
