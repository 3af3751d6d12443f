namespace OciRuntime.Core.Spec.Schema;

/// <summary>Receives the findings of a reader, for callers that need more than the first error.</summary>
internal interface ISpecFindings
{
    /// <summary>A value that does not follow the schema; reading goes on with the default.</summary>
    void Invalid(string pointer, string problem);

    /// <summary>A property that the runtime-spec does not have in this object.</summary>
    void Unknown(string pointer, string name, IReadOnlyList<string> known);

    /// <summary>A null in place of a value: in a list of strings, or as the whole document.</summary>
    void Null(string pointer);

    /// <summary>A property that occurs more than once; the last one counts.</summary>
    void Duplicate(string pointer, string name);
}
