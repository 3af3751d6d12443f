namespace OciRuntime.Core.Planning;

/// <summary>What the planner could not do exactly as asked, and why it goes on.</summary>
/// <param name="Text">One line.</param>
/// <param name="Kind">What it is about, where somebody has other words for it.</param>
/// <param name="Detail">What those name too.</param>
internal sealed record PlanWarning(string Text, PlanWarningKind Kind, string Detail);

/// <summary>What a warning is about.</summary>
internal enum PlanWarningKind
{
    /// <summary>Its text says all.</summary>
    Other,
    /// <summary>Names of capabilities that there are none of.</summary>
    UnknownCapabilities,
    /// <summary>Neither a cgroup nor a pid namespace ends all processes of the container.</summary>
    NoEnd,
}
