using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OciRuntime.Shell.StandIns;

/// <summary>Select-Object.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _last = [];
    private int _seen;

    /// <summary>What to select from.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Names (wildcards too) and tables with Name and Expression.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Write this property's value instead of the object.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <summary>How many from the start.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>How many from the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>How many to leave out at the start.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;
        int index = _seen++ - Skip;
        if (index >= 0 && MyInvocation.BoundParameters.ContainsKey(nameof(Last)))
            _last.Add(InputObject);
        else if (index >= 0 && index < First)
            Write(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (PSObject item in _last.TakeLast(Last))
            Write(item);
    }

    private void Write(PSObject item)
    {
        if (ExpandProperty is not null)
            WriteObject(item.Properties[ExpandProperty]?.Value, enumerateCollection: true);
        else
            WriteObject(Property is null ? item : Selected(item, Property));
    }

    private static PSObject Selected(PSObject item, object[] properties)
    {
        var selected = new PSObject();
        foreach (object property in properties)
        {
            if ((property is PSObject wrapped ? wrapped.BaseObject : property) is IDictionary table)
            {
                string name = (table["Name"] ?? table["n"] ?? table["Label"] ?? table["l"])?.ToString() ?? "?";
                object? value = (table["Expression"] ?? table["e"]) switch
                {
                    ScriptBlock script => Single(script.InvokeWithContext(null, [new PSVariable("_", item)])),
                    { } path => item.Properties[path.ToString()]?.Value,
                    null => null,
                };
                selected.Properties.Add(new PSNoteProperty(name, value));
                continue;
            }
            string pattern = property.ToString()!;
            PSPropertyInfo[] fitting = [.. item.Properties.Match(pattern)];
            foreach (PSPropertyInfo found in fitting)
                selected.Properties.Add(new PSNoteProperty(found.Name, found.Value));
            if (fitting.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern))
                selected.Properties.Add(new PSNoteProperty(pattern, null));
        }
        return selected;
    }

    private static object? Single(Collection<PSObject> results) => results.Count switch { 0 => null, 1 => results[0], _ => results.ToArray() };
}
