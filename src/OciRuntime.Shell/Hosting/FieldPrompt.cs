using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OciRuntime.Shell.Hosting;

/// <summary>Asks for one field, such as a mandatory parameter; a list ends with an empty line.</summary>
internal static class FieldPrompt
{
    public static PSObject Read(PSHostUserInterface ui, FieldDescription field)
    {
        Type type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
        if (type == typeof(SecureString))
        {
            ui.Write($"{field.Name}: ");
            return PSObject.AsPSObject(ui.ReadLineAsSecureString());
        }
        if (!type.IsArray)
        {
            ui.Write($"{field.Name}: ");
            return Convert(ui.ReadLine(), type);
        }
        var items = new List<object>();
        while (true)
        {
            ui.Write(string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{items.Count}]: "));
            string line = ui.ReadLine();
            if (line.Length == 0)
                return Convert(items.ToArray(), type);
            items.Add(line);
        }
    }

    private static PSObject Convert(object value, Type type) =>
        PSObject.AsPSObject(LanguagePrimitives.ConvertTo(value, type, CultureInfo.InvariantCulture));
}
