using System.Management.Automation;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Hardening;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Rates what configurations let a process in their container do to the host: a score with reasons.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "OciSpecSecurity", DefaultParameterSetName = "Bundle")]
[Alias("msocis")]
[OutputType(typeof(OciSecurityScore))]
public sealed class MeasureOciSpecSecurityCommand : RuntimeCmdlet
{
    /// <summary>The bundle whose config.json is rated, or a configuration file; default the current location.</summary>
    [Parameter(Position = 0, ParameterSetName = "Bundle", ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "BundlePath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = ".";

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Spec", ValueFromPipeline = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec Spec { get; set; } = null!;

    /// <summary>Containers whose configuration is rated.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Id")]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Containers from Get-OciContainer or New-OciContainer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] InputObject { get; set; } = [];

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    // In all parameter sets: a session default must not select one.
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Spec":
                Attempt(Spec, () => WriteObject(SecurityReview.Of(Spec)));
                break;
            case "Bundle":
                Attempt(Bundle, () => WriteObject(OfFile(ResolvePath(Bundle))));
                break;
            case "InputObject":
                foreach (OciContainer container in InputObject)
                    Attempt(container.Id, () => WriteObject(SecurityReview.OfContainer(RuntimeOf(container.Root), container.Id)));
                break;
            default:
                foreach (string id in Id.SelectMany(Matches))
                    Attempt(id, () => WriteObject(SecurityReview.OfContainer(RuntimeOf(Root), id)));
                break;
        }
    }

    private static OciSecurityScore OfFile(string path)
    {
        string file = Directory.Exists(path) ? Path.Join(path, OciBundle.ConfigName) : path;
        return SecurityReview.Of(SpecReader.ReadFile(file), file);
    }

    private List<string> Matches(string id)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(id))
            return [id];
        List<string> matches = [];
        Attempt(id, () => matches.AddRange(ContainerCmdlet.Matching(RuntimeOf(Root), id).Select(static container => container.Id)));
        return matches;
    }
}
