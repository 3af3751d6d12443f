using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint;

/// <summary>A rule whose findings have one obvious fix, which does not change the container.</summary>
internal interface IFixingRule : ISpecRule
{
    /// <summary>What the fix does, in a few words.</summary>
    string Remedy { get; }

    /// <summary>Whether this finding can be fixed.</summary>
    bool Mends(OciSpecIssue issue) => true;

    /// <summary>Fixes all findings of the rule that can be fixed.</summary>
    void Fix(OciSpec spec);
}
