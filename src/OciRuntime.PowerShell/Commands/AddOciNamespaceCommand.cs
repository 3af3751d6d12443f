using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Adds namespaces to configurations; a namespace replaces an existing one of its type.</summary>
[Cmdlet(VerbsCommon.Add, "OciNamespace")]
[OutputType(typeof(OciSpec))]
public sealed class AddOciNamespaceCommand : SpecBuilderCmdlet
{
    /// <summary>TYPE creates a namespace, TYPE:PATH joins one; or OciNamespace objects.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [NamespaceConversion]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public OciNamespace[] Namespace { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OciLinux linux = spec.Linux ??= new OciLinux();
        List<OciNamespace> namespaces = [.. linux.Namespaces ?? []];
        foreach (OciNamespace added in Namespace)
        {
            int place = namespaces.FindIndex(there => there.Type == added.Type);
            if (place < 0)
                namespaces.Add(added);
            else
                namespaces[place] = added;
        }
        linux.Namespaces = namespaces;
    }
}
