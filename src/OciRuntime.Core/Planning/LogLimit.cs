using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Planning;

/// <summary>How much of its output a supervised container may leave in the state root: a number of files of a size, the oldest of which is removed for a new one.</summary>
/// <param name="MaxSize">Bytes of one file; -1 for no limit.</param>
/// <param name="MaxFiles">How many files there may be.</param>
internal sealed record LogLimit(long MaxSize, int MaxFiles)
{
    /// <summary>The size is not limited.</summary>
    public const long NoLimit = -1;

    /// <summary>The smallest size of a file: one part of a long line may take 16 KiB.</summary>
    public const long LeastSize = 64 << 10;

    /// <summary>16 MiB in all: the state root is in memory on most machines.</summary>
    public static LogLimit Default { get; } = new(8 << 20, 2);

    /// <summary>Refuses limits that are too small.</summary>
    /// <exception cref="OciException">InvalidArgument.</exception>
    internal void Check()
    {
        if (MaxSize != NoLimit && MaxSize < LeastSize)
            throw new OciException(OciErrorCode.InvalidArgument, $"log size {MaxSize}: must be at least 64 KiB") { Hint = "-1 means unlimited" };
        if (MaxFiles < 1)
            throw new OciException(OciErrorCode.InvalidArgument, $"log files {MaxFiles}: must be at least 1");
    }
}
