using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint;

/// <summary>One rule over a configuration that could be read.</summary>
internal interface ISpecRule
{
    /// <summary>Adds what the rule finds.</summary>
    void Check(OciSpec spec, List<OciSpecIssue> issues);
}
