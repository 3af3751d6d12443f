namespace OciRuntime.Core.Planning.Steps;

/// <summary>The fields of struct oci_step: n[] takes numbers and slots, s[] everything else.</summary>
internal interface IStepFields
{
    /// <summary>A number in n[].</summary>
    void Number(int index, ulong value);

    /// <summary>The slot of a descriptor in n[]; -1, sign-extended, for null.</summary>
    void Slot(int index, PlanFd? fd);

    /// <summary>A text in s[]; null leaves it out.</summary>
    void Text(int index, string? text);

    /// <summary>A path inside the root in s[]: no leading slash, "." for the root itself.</summary>
    void RootPath(int index, string path);

    /// <summary>Any bytes in s[].</summary>
    void Bytes(int index, ReadOnlySpan<byte> bytes);

    /// <summary>Texts in s[].</summary>
    void List(int index, IReadOnlyList<string> items);

    /// <summary>Texts in s[], with room for the pointers that execve(2) wants.</summary>
    void Vector(int index, IReadOnlyList<string> items);
}
