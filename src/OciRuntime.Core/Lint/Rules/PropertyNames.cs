using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Findings of the reader: invalid values, names unknown to the runtime-spec, duplicate names, null.</summary>
internal sealed class PropertyNames : ISpecFindings
{
    public List<OciSpecIssue> Issues { get; } = [];

    public void Invalid(string pointer, string problem) => Issues.Add(new OciSpecIssue("InvalidValue", OciIssueSeverity.Error, pointer, problem));

    public void Unknown(string pointer, string name, IReadOnlyList<string> known)
    {
        string? nearest = NearestName.Find(name, known);
        Issues.Add(new OciSpecIssue(
            "UnknownProperty",
            nearest is null ? OciIssueSeverity.Info : OciIssueSeverity.Warning,
            pointer,
            $"the runtime-spec has no property \"{name}\" here; it is ignored",
            nearest is null ? null : $"did you mean \"{nearest}\"?"));
    }

    public void Null(string pointer) =>
        Issues.Add(new OciSpecIssue("NullEntry", OciIssueSeverity.Warning, pointer, "null has no meaning here; it is ignored"));

    public void Duplicate(string pointer, string name) =>
        Issues.Add(new OciSpecIssue("DuplicateProperty", OciIssueSeverity.Warning, pointer, $"\"{name}\" is given more than once; the last one counts"));
}
