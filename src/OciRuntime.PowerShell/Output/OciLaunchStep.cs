namespace OciRuntime.PowerShell.Output;

/// <summary>One step of a launch plan, as Get-OciLaunchPlan shows it.</summary>
/// <param name="Index">Place in the plan, from 0, as in errors and -WhatIf.</param>
/// <param name="Name">What is done, for example <c>mount</c>.</param>
/// <param name="Object">What it is done to: a path, a namespace, an id.</param>
/// <param name="Detail">The rest in words.</param>
/// <param name="SpecPointer">JSON pointer of the property that asked for it, or null for the runtime's own steps.</param>
/// <param name="IgnoreMissing">A missing object is not an error.</param>
/// <param name="WarnOnly">A failure is a warning.</param>
public sealed record OciLaunchStep(int Index, string Name, string Object, string Detail, string? SpecPointer, bool IgnoreMissing, bool WarnOnly)
{
    /// <summary>The object, the details, and what a failure means, in words.</summary>
    public string Description => $"{Object} {Detail}".Trim() + (IgnoreMissing ? " (if there)" : string.Empty) + (WarnOnly ? " (or warn)" : string.Empty);

    /// <inheritdoc/>
    public override string ToString() => Detail.Length == 0 ? $"{Name} {Object}" : $"{Name} {Object} {Detail}";
}
