namespace OciRuntime.Core.Launch;

/// <summary>When a step of a launch ran.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Started">CLOCK_MONOTONIC at its beginning, in nanoseconds.</param>
/// <param name="Nanoseconds">How long it took.</param>
internal readonly record struct StepTime(int Index, ulong Started, ulong Nanoseconds);
