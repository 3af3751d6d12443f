using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Everything that <see cref="SpecValidator"/> refuses.</summary>
internal sealed class CannotCreateRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        foreach (SpecProblem problem in SpecValidator.Collect(spec))
            issues.Add(new OciSpecIssue("CannotCreate", OciIssueSeverity.Error, problem.Pointer, problem.Message, problem.Hint));
    }
}
