namespace OciRuntime.Core.Planning;

/// <summary>A request that the planner could not fulfil exactly, and that does not stop it.</summary>
/// <param name="Text">One line.</param>
/// <param name="Kind">What it is about, for callers that word it differently.</param>
/// <param name="Detail">The names for their wording.</param>
internal sealed record PlanWarning(string Text, PlanWarningKind Kind, string Detail);

/// <summary>What a warning is about.</summary>
internal enum PlanWarningKind
{
    /// <summary>Only the text says.</summary>
    Other,
    /// <summary>Unknown names of capabilities.</summary>
    UnknownCapabilities,
    /// <summary>The container has neither a cgroup nor a pid namespace by which all its processes could be ended.</summary>
    NoEnd,
}
