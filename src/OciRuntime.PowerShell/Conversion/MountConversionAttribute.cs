using System.Collections;
using System.Globalization;
using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>
/// Mounts: <c>SOURCE:DESTINATION[:OPTION,...]</c> is a bind mount whose source is relative to the session's location;
/// <c>tmpfs:DESTINATION[:OPTION,...]</c> is a tmpfs; tables and objects have the runtime-spec's names.
/// </summary>
public sealed class MountConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => Each(Joined(value), item => One(engine, item));

    // Unquoted, PowerShell takes a:b:ro,nosuid for two elements: an element without a colon continues the options of the previous one.
    private static object Joined(object value)
    {
        if (value is not IList list)
            return value;
        var mounts = new List<object?>();
        foreach (object? item in list)
        {
            if (Unwrap(item) is string option && !option.Contains(':', StringComparison.Ordinal)
                && mounts is [.., string mount] && mount.Count(c => c == ':') >= 2)
                mounts[^1] = $"{mount},{option}";
            else
                mounts.Add(Unwrap(item));
        }
        return mounts;
    }

    private static OciMount One(EngineIntrinsics engine, object value) => value switch
    {
        OciMount mount => mount,
        string text => OfText(engine, text),
        IDictionary table => OfTable(name => table.Keys.Cast<object>()
            .Where(key => string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase)).Select(key => table[key]).FirstOrDefault(), value),
        PSObject custom => OfTable(name => custom.Properties[name]?.Value, value),
        _ => throw new ArgumentTransformationMetadataException(Messages.MountExpected(value)),
    };

    private static OciMount OfText(EngineIntrinsics engine, string text)
    {
        OciMount mount = Parsed(OciMount.Parse, text);
        if (mount.Type == "bind" && engine is not null)
            mount.Source = engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(mount.Source);
        return mount;
    }

    private static OciMount OfTable(Func<string, object?> get, object value)
    {
        string? Text(string name) => System.Convert.ToString(Unwrap(get(name)), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
        object? options = Unwrap(get("Options"));
        return new OciMount
        {
            Destination = Text("Destination") ?? throw new ArgumentTransformationMetadataException(Messages.MountExpected(value)),
            Source = Text("Source"),
            Type = Text("Type"),
            Options = options is null ? null : [.. Each(options, item => item.ToString()!).SelectMany(item => item.Split(','))],
        };
    }
}
