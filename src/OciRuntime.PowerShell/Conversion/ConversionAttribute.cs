using System.Collections;
using System.Globalization;
using System.Management.Automation;
using OciRuntime.Core.Errors;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Base of the argument transformations: unwraps, and converts each element of an array.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public abstract class ConversionAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = Unwrap(inputData);
        return value is null ? null : Convert(engineIntrinsics, value);
    }

    /// <summary>Converts one argument, which may be an array if the parameter takes one.</summary>
    /// <param name="engine">Gives the session's location.</param>
    /// <param name="value">Never null, never a PSObject around something else.</param>
    /// <exception cref="ArgumentTransformationMetadataException">The value is not valid here.</exception>
    protected abstract object? Convert(EngineIntrinsics engine, object value);

    /// <summary>Parses a text like the core; a refusal is a binding error.</summary>
    /// <typeparam name="T">The result type.</typeparam>
    /// <param name="parse">The core's reader.</param>
    /// <param name="value">The text, or an object with one.</param>
    protected static T Parsed<T>(Func<string, T> parse, object value)
    {
        try
        {
            return parse(System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
        }
        catch (OciException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    /// <summary>Converts each element of a list, or the one value, to an array.</summary>
    /// <typeparam name="T">The element's type.</typeparam>
    /// <param name="value">A list or one value.</param>
    /// <param name="convert">Converts one element.</param>
    protected static T[] Each<T>(object value, Func<object, T> convert) => value is IList list
        ? list.Cast<object?>().Select(Unwrap).Where(item => item is not null).Select(item => convert(item!)).ToArray()
        : [convert(value)];

    /// <summary>The object inside a PSObject.</summary>
    /// <param name="value">Anything.</param>
    protected internal static object? Unwrap(object? value) =>
        value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
