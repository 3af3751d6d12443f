using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Planning;

/// <summary>How much of its output a supervised container may leave in the state root: files of a size, the oldest of which goes when a new one is begun.</summary>
/// <param name="MaxSize">Bytes of one file; -1 for no limit.</param>
/// <param name="MaxFiles">How many files there may be.</param>
internal sealed record LogLimit(long MaxSize, int MaxFiles)
{
    /// <summary>Stands for no limit of the size.</summary>
    public const long NoLimit = -1;

    /// <summary>The smallest size of a file: a part of a long line has up to 16 KiB.</summary>
    public const long LeastSize = 64 << 10;

    /// <summary>16 MiB in all: the state root is in memory on most machines.</summary>
    public static LogLimit Default { get; } = new(8 << 20, 2);

    /// <summary>Refuses what is no limit.</summary>
    /// <exception cref="OciException">InvalidArgument.</exception>
    internal void Check()
    {
        if (MaxSize != NoLimit && MaxSize < LeastSize)
            throw new OciException(OciErrorCode.InvalidArgument, $"log size {MaxSize}: a file of the log has at least 64 KiB") { Hint = "-1 is no limit" };
        if (MaxFiles < 1)
            throw new OciException(OciErrorCode.InvalidArgument, $"log files {MaxFiles}: there is at least one");
    }
}
