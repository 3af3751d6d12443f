using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint;

/// <summary>A rule that checks a configuration object.</summary>
internal interface ISpecRule
{
    /// <summary>Adds the findings of the rule.</summary>
    void Check(OciSpec spec, List<OciSpecIssue> issues);
}
