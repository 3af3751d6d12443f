using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint;

/// <summary>A rule whose findings have one right answer, after which a container is made as before, only without the finding.</summary>
internal interface IFixingRule : ISpecRule
{
    /// <summary>What is done about a finding, in a word or two.</summary>
    string Remedy { get; }

    /// <summary>The answer is for this finding.</summary>
    bool Mends(OciSpecIssue issue) => true;

    /// <summary>Mends all that the rule finds and has an answer for.</summary>
    void Fix(OciSpec spec);
}
