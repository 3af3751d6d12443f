namespace OciRuntime.Core.Launch;

/// <summary>What the helper reports besides its results.</summary>
/// <param name="Warning">A step that failed without failing the launch, or empty.</param>
/// <param name="Timeline">CLOCK_MONOTONIC nanoseconds after each step, or empty.</param>
/// <param name="Record">What went over the channel, or null.</param>
/// <param name="Started">The clock before the first step of a timeline.</param>
internal readonly record struct HelperNotice(string Warning, ulong[] Timeline, ChannelRecord? Record = null, ulong Started = 0)
{
    public static HelperNotice Of(ChannelRecord record) => new(string.Empty, [], record);
}
