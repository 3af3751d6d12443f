using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;
using OciRuntime.PowerShell.Output;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Shows what New-OciContainer would do, step by step, without doing it.</summary>
[Cmdlet(VerbsCommon.Get, "OciLaunchPlan")]
[OutputType(typeof(OciLaunchStep))]
public sealed class GetOciLaunchPlanCommand : BundleCmdlet
{
    /// <summary>The id to plan with; it names the cgroup.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "ID";

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    private protected override OciSpec? GivenSpec => Spec;

    /// <summary>Plan without a supervisor.</summary>
    [Parameter]
    public SwitchParameter Unsupervised { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Bundle, Plan);

    private void Plan()
    {
        string bundle = ResolvePath(Bundle);
        LaunchPlan plan = RuntimeOf(Root).Plan(new CreateRequest
        {
            Id = Id,
            Bundle = bundle,
            Spec = SpecOf(bundle),
            NoPivot = NoPivot,
            NoNewKeyring = NoNewKeyring,
            ListenFds = ListenFd,
            PreserveFds = PreserveFd,
            Supervised = !Unsupervised,
        });
        foreach (string warning in plan.Warnings)
            WriteWarning(warning);
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            WriteObject(new OciLaunchStep(i, step.Name, step.Object, step.Detail, step.SpecPointer, step.IgnoreMissing, step.WarnOnly));
        }
    }
}
