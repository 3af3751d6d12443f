using System.Globalization;

namespace OciRuntime.PowerShell.Output;

/// <summary>How long one step of a launch took, as Measure-OciContainer shows it.</summary>
/// <param name="Index">Place in the plan, from 0, as in Get-OciLaunchPlan; -1 for the runtime's own work before and after the steps.</param>
/// <param name="Name">What was done, for example <c>mount</c>.</param>
/// <param name="Object">What it was done to: a path, a namespace, an id.</param>
/// <param name="SpecPointer">JSON pointer of the property that asked for it, or null for the runtime's own steps.</param>
/// <param name="Start">When it began, counted from the beginning of the launch.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="StartPercent">When it began, in percent of the whole launch.</param>
/// <param name="Percent">How long it took, in percent of the whole launch.</param>
public sealed record OciLaunchTime(int Index, string Name, string Object, string? SpecPointer, TimeSpan Start, TimeSpan Duration, double StartPercent, double Percent)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Object}: {Duration.TotalMicroseconds:0.0} us");
}
