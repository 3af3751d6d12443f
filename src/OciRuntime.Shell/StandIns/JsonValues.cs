using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;

namespace OciRuntime.Shell.StandIns;

/// <summary>Writes what PowerShell objects show as JSON.</summary>
internal sealed class JsonValues(Utf8JsonWriter json, int depth, bool enumsAsStrings)
{
    public void Write(object? value, int level)
    {
        var wrapped = value as PSObject;
        object? bare = wrapped?.BaseObject ?? value;
        switch (bare)
        {
            case null:
                json.WriteNullValue();
                break;
            case string or char or Guid or Uri or Version:
                json.WriteStringValue(bare.ToString());
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case DateTime time:
                json.WriteStringValue(time.ToString("o", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time.ToString("o", CultureInfo.InvariantCulture));
                break;
            case Enum name when enumsAsStrings:
                json.WriteStringValue(name.ToString());
                break;
            case Enum number:
                json.WriteRawValue(number.ToString("d"));
                break;
            case SwitchParameter flag:
                json.WriteBooleanValue(flag);
                break;
            case double or float when !double.IsFinite(Convert.ToDouble(bare, CultureInfo.InvariantCulture)):
                json.WriteStringValue(Convert.ToString(bare, CultureInfo.InvariantCulture));
                break;
            case byte or sbyte or short or ushort or int or uint or long or ulong or decimal or double or float:
                json.WriteRawValue(Convert.ToString(bare, CultureInfo.InvariantCulture)!);
                break;
            case var _ when level > depth:
                json.WriteStringValue(PSObject.AsPSObject(bare).ToString());
                break;
            case IDictionary table:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in table)
                    WriteMember(entry.Key.ToString()!, entry.Value, level);
                json.WriteEndObject();
                break;
            case IEnumerable items when !IsDictionary(bare):
                json.WriteStartArray();
                foreach (object? item in items)
                    Write(item, level + 1);
                json.WriteEndArray();
                break;
            case IEnumerable pairs:
                json.WriteStartObject();
                foreach (object pair in pairs)
                {
                    var item = PSObject.AsPSObject(pair);
                    WriteMember(item.Properties["Key"].Value.ToString()!, item.Properties["Value"].Value, level);
                }
                json.WriteEndObject();
                break;
            default:
                json.WriteStartObject();
                foreach (PSPropertyInfo property in (wrapped ?? PSObject.AsPSObject(bare)).Properties)
                {
                    if (property.IsGettable)
                        WriteMember(property.Name, property.Value, level);
                }
                json.WriteEndObject();
                break;
        }
    }

    // IReadOnlyDictionary<,> without the old IDictionary.
    private static bool IsDictionary(object value) =>
        value.GetType().GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>));

    private void WriteMember(string name, object? value, int level)
    {
        json.WritePropertyName(name);
        Write(value, level + 1);
    }
}
