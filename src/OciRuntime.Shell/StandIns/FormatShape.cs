using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace OciRuntime.Shell.StandIns;

/// <summary>
/// Gives a Format- cmdlet the engine's formatter. The base classes are public, what they delegate to is not: the cmdlets of a full
/// installation are friends of the engine.
/// </summary>
internal static class FormatShape
{
    private const string Space = "Microsoft.PowerShell.Commands.Internal.Format.";

    public static void Attach(FrontEndCommandBase cmdlet, string shape)
    {
        Assembly engine = typeof(PSObject).Assembly;
        object value = Enum.Parse(engine.GetType(Space + "FormatShape", throwOnError: true)!, shape);
        object formatter = Activator.CreateInstance(
            engine.GetType(Space + "InnerFormatShapeCommand", throwOnError: true)!, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, [value], null)!;
        typeof(FrontEndCommandBase).GetField("implementation", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(cmdlet, formatter);
    }
}
