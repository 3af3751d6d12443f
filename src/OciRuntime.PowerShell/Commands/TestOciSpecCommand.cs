using System.Management.Automation;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Finds what is wrong with configurations: errors, warnings, and what is worth knowing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OciSpec", DefaultParameterSetName = "Bundle")]
[Alias("tocis")]
[OutputType(typeof(OciSpecIssue), typeof(bool))]
public sealed class TestOciSpecCommand : OciCmdlet
{
    /// <summary>The bundle whose config.json is tested, or a configuration file; default the current location.</summary>
    [Parameter(Position = 0, ParameterSetName = "Bundle", ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "BundlePath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = ".";

    /// <summary>The configuration. Unknown and duplicate properties are seen only in a file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Spec", ValueFromPipeline = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec Spec { get; set; } = null!;

    /// <summary>Look for what this machine can't do too: modules, controllers, filesystems and namespaces that its kernel lacks.</summary>
    [Parameter]
    public SwitchParameter OnThisHost { get; set; }

    /// <summary>Return true when there are no errors, else false, instead of the findings.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(ParameterSetName == "Spec" ? Spec : Bundle, () =>
    {
        IReadOnlyList<OciSpecIssue> issues = ParameterSetName == "Spec" ? SpecLint.Check(Spec, Facts) : CheckFile(ResolvePath(Bundle));
        if (Quiet)
            WriteObject(issues.All(issue => issue.Severity != nameof(OciIssueSeverity.Error)));
        else
            WriteObject(issues, enumerateCollection: true);
    });

    private HostFacts? Facts => OnThisHost ? HostFacts.Read() : null;

    private IReadOnlyList<OciSpecIssue> CheckFile(string path)
    {
        string file = Directory.Exists(path) ? Path.Join(path, "config.json") : path;
        return SpecLint.Check(File.ReadAllBytes(file), file, Facts);
    }
}
