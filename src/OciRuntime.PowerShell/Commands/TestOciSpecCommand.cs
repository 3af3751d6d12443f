using System.Management.Automation;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Finds problems in configurations: errors, warnings, and notes.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OciSpec", DefaultParameterSetName = "Bundle")]
[Alias("tocis")]
[OutputType(typeof(OciSpecIssue), typeof(bool), typeof(OciSpec))]
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

    /// <summary>Also looks for what this machine can't do: modules, controllers, filesystems and namespaces that its kernel lacks.</summary>
    [Parameter]
    public SwitchParameter OnThisHost { get; set; }

    /// <summary>Returns true when there are no errors, otherwise false, instead of the findings.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Returns the configuration with every problem fixed that has one right answer, instead of the findings. Nothing else is changed, and no file is written.</summary>
    [Parameter]
    public SwitchParameter Fix { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Fix && Quiet)
            ThrowTerminatingError(new ErrorRecord(new PSArgumentException(Messages.FixOrQuiet), "FixAndQuiet", ErrorCategory.InvalidArgument, null));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(ParameterSetName == "Spec" ? Spec : Bundle, () =>
    {
        if (Fix)
        {
            WriteFixed();
            return;
        }
        IReadOnlyList<OciSpecIssue> issues = ParameterSetName == "Spec" ? SpecLint.Check(Spec, Facts) : CheckFile(FileOf(Bundle));
        if (Quiet)
            WriteObject(issues.All(issue => issue.Severity != nameof(OciIssueSeverity.Error)));
        else
            WriteObject(issues, enumerateCollection: true);
    });

    // A problem without a single answer is left as it is, and reported.
    private void WriteFixed()
    {
        string file = FileOf(Bundle);
        OciSpec spec = ParameterSetName == "Spec" ? SpecEdits.Copy(Spec) : SpecReader.ReadFile(file);
        foreach (OciSpecIssue issue in SpecLint.Fix(spec))
            WriteVerbose(Messages.Mended(issue));
        // Unknown properties are seen only in the file, and are not in the object.
        IEnumerable<OciSpecIssue> left = SpecLint.Check(spec, Facts);
        if (ParameterSetName != "Spec")
            left = left.Concat(CheckFile(file).Where(static issue => issue.Rule is "UnknownProperty"));
        foreach (OciSpecIssue issue in left.Where(static issue => issue.Severity != nameof(OciIssueSeverity.Info)))
            WriteWarning(issue.ToString());
        WriteObject(spec);
    }

    private HostFacts? Facts => OnThisHost ? HostFacts.Read() : null;

    private string FileOf(string bundle) => ResolvePath(bundle) is var path && Directory.Exists(path) ? Path.Join(path, "config.json") : path;

    private IReadOnlyList<OciSpecIssue> CheckFile(string file) => SpecLint.Check(File.ReadAllBytes(file), file, Facts);
}
