using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Criu;

/// <summary>A message of criu (criu_resp): an answer, or a notice that waits for one.</summary>
internal sealed record CriuResponse
{
    public CriuRequestType Type { get; init; }

    public bool Success { get; init; }

    /// <summary>In a notice, what has happened.</summary>
    public string Script { get; init; } = string.Empty;

    /// <summary>Host pid of the restored process, in an answer or a notice; 0 when there is none.</summary>
    public int Pid { get; init; }

    public int Errno { get; init; }

    public CriuFeatures Features { get; init; }

    /// <summary>10,000 for each major version, 100 for each minor one.</summary>
    public int Version { get; init; }

    /// <exception cref="OciException">It is not a message of criu.</exception>
    public static CriuResponse Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var response = new CriuResponse();
            var from = new ProtobufReader(bytes);
            while (from.Read())
            {
                response = from.Field switch
                {
                    1 => response with { Type = (CriuRequestType)from.Number },
                    2 => response with { Success = from.Number != 0 },
                    4 => response with { Pid = (int)NumberOf(from.Bytes, 1) },
                    5 => response with { Script = TextOf(from.Bytes, 1), Pid = (int)NumberOf(from.Bytes, 2) },
                    7 => response with { Errno = (int)from.Number },
                    8 => response with { Features = FeaturesOf(from.Bytes) },
                    10 => response with { Version = (int)((NumberOf(from.Bytes, 1) * 10_000) + (NumberOf(from.Bytes, 2) * 100) + NumberOf(from.Bytes, 4)) },
                    _ => response,
                };
            }
            return response;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new OciException(OciErrorCode.SystemCallFailed, "criu sent a message that can't be parsed", e) { Step = "criu" };
        }
    }

    private static CriuFeatures FeaturesOf(ReadOnlySpan<byte> message) =>
        (NumberOf(message, 1) != 0 ? CriuFeatures.MemoryTracking : CriuFeatures.None) | (NumberOf(message, 2) != 0 ? CriuFeatures.LazyPages : CriuFeatures.None);

    private static long NumberOf(ReadOnlySpan<byte> message, int field)
    {
        var from = new ProtobufReader(message);
        while (from.Read())
        {
            if (from.Field == field)
                return from.Number;
        }
        return 0;
    }

    private static string TextOf(ReadOnlySpan<byte> message, int field)
    {
        var from = new ProtobufReader(message);
        while (from.Read())
        {
            if (from.Field == field)
                return from.Text;
        }
        return string.Empty;
    }
}
