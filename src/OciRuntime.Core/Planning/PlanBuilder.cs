using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>A plan under construction, and the data that its planners share.</summary>
internal sealed class PlanBuilder
{
    private readonly List<LaunchStep> _steps = new(96);
    private List<PlanWarning>? _warnings;

    public PlanBuilder(PlanInput input)
    {
        Input = input;
        Linux = input.Spec.Linux ?? new OciLinux();
    }

    public PlanInput Input { get; }

    /// <summary>The Linux part; an empty one when the configuration has none.</summary>
    public OciLinux Linux { get; }

    /// <summary>The container's namespaces, new or joined.</summary>
    public CloneBits Namespaces { get; set; }

    /// <summary>The namespaces that are joined by path.</summary>
    public CloneBits Joined { get; set; }

    /// <summary>The container shares the mount namespace of the runtime: see <see cref="HostMounts"/>.</summary>
    public bool SharesMounts { get; set; }

    public void Add(LaunchStep step) => _steps.Add(step);

    /// <summary>Adds steps that come before all others.</summary>
    public void AddFirst(IEnumerable<LaunchStep> steps) => _steps.InsertRange(0, steps);

    /// <summary>Records a request that is not fulfilled exactly.</summary>
    public void Warn(string line, PlanWarningKind kind = PlanWarningKind.Other, string detail = "") => (_warnings ??= []).Add(new PlanWarning(line, kind, detail));

    public bool Has(CloneBits ns) => (Namespaces & ns) != 0;

    public LaunchPlan Build() => new(_steps) { Remarks = _warnings ?? [] };

    public static OciException Invalid(string pointer, string message, string? hint = null, Refusal refusal = Refusal.None, string detail = "") =>
        new(OciErrorCode.InvalidSpec, $"{pointer}: {message}") { Step = "plan", SpecPointer = pointer, Hint = hint, Refusal = refusal, Detail = detail };

    public static OciException NotSupported(string pointer, string message, string? hint = null) =>
        new(OciErrorCode.NotSupported, $"{pointer}: {message}") { Step = "plan", SpecPointer = pointer, Hint = hint };
}
