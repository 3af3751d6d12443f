using System.Globalization;
using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Sort-Object: stable, by properties or by the objects themselves.</summary>
[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    /// <summary>What to sort.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>By these, in order.</summary>
    [Parameter(Position = 0)]
    public string[] Property { get; set; } = [];

    /// <summary>The other way round.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _items.Add(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var order = Comparer<object?[]>.Create((a, b) => a.Zip(b, Compare).FirstOrDefault(result => result != 0));
        WriteObject(Descending ? _items.OrderByDescending(Keys, order) : _items.OrderBy(Keys, order), enumerateCollection: true);
    }

    private object?[] Keys(PSObject item) => Property.Length == 0 ? [item] : [.. Property.Select(name => item.Properties[name]?.Value)];

    private static int Compare(object? a, object? b) =>
        LanguagePrimitives.TryCompare(a, b, ignoreCase: true, CultureInfo.CurrentCulture, out int result) ? result : string.CompareOrdinal(a?.ToString(), b?.ToString());
}
