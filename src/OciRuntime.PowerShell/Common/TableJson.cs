using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Tables and objects of PowerShell as JSON, for a reader that is as strict as for a file.</summary>
internal static class TableJson
{
    /// <summary>The JSON of a table, an object, a list or a value.</summary>
    public static ReadOnlySpan<byte> Write(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder }))
            Write(json, value);
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (ConversionAttribute.Unwrap(value))
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool or SwitchParameter:
                json.WriteBooleanValue(LanguagePrimitives.IsTrue(value));
                break;
            case IDictionary table:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in table)
                    WriteProperty(json, entry.Key.ToString()!, entry.Value);
                json.WriteEndObject();
                break;
            case PSObject custom:
                json.WriteStartObject();
                foreach (PSPropertyInfo property in custom.Properties)
                    WriteProperty(json, property.Name, property.Value);
                json.WriteEndObject();
                break;
            case IEnumerable list:
                json.WriteStartArray();
                foreach (object? item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case IFormattable number and (byte or sbyte or short or ushort or int or uint or long or ulong or decimal or double or float):
                json.WriteRawValue(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case object other:
                json.WriteStringValue(other.ToString());
                break;
        }
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        Write(json, value);
    }
}
