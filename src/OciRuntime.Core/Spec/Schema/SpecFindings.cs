namespace OciRuntime.Core.Spec.Schema;

/// <summary>What reading tells a caller who wants more than the first error.</summary>
internal interface ISpecFindings
{
    /// <summary>A value that does not follow the schema; reading goes on with the default.</summary>
    void Invalid(string pointer, string problem);

    /// <summary>A property that the runtime-spec does not have in this object.</summary>
    void Unknown(string pointer, string name, IReadOnlyList<string> known);

    /// <summary>null where something should be: in a list of strings, or as the whole document.</summary>
    void Null(string pointer);

    /// <summary>A property that comes more than once; the last one counts.</summary>
    void Duplicate(string pointer, string name);
}
