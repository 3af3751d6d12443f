using System.Buffers.Binary;

namespace OciRuntime.Core.Criu;

/// <summary>What criu counts during a dump, from the file that it leaves in its working directory.</summary>
/// <param name="Frozen">How long the processes were stopped.</param>
/// <param name="PagesWritten">Pages in the images.</param>
/// <param name="PagesInParent">Pages that were left to the parent's images.</param>
internal sealed record CriuStatistics(TimeSpan Frozen, long PagesWritten, long PagesInParent)
{
    public const string FileName = "stats-dump";

    // From criu's magic.h: a service file, with statistics. The length of the message follows.
    private const uint ServiceMagic = 0x55105940, StatisticsMagic = 0x57093306;
    private const int Header = 3 * sizeof(uint);

    /// <summary>Reads the file; null when it is not one of criu's. Missing statistics are not an error.</summary>
    public static CriuStatistics? TryDecode(ReadOnlySpan<byte> file)
    {
        if (file.Length < Header || BinaryPrimitives.ReadUInt32LittleEndian(file) != ServiceMagic || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != StatisticsMagic)
            return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (length > file.Length - Header)
            return null;
        try
        {
            var entry = new ProtobufReader(file.Slice(Header, (int)length));
            while (entry.Read())
            {
                if (entry.Field == 1)
                    return OfDump(entry.Bytes);
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
        return null;
    }

    // dump_stats_entry of stats.proto; times are microseconds.
    private static CriuStatistics OfDump(ReadOnlySpan<byte> message)
    {
        long frozen = 0, written = 0, inParent = 0;
        var from = new ProtobufReader(message);
        while (from.Read())
        {
            switch (from.Field)
            {
                case 2:
                    frozen = from.Number;
                    break;
                case 6:
                    inParent = from.Number;
                    break;
                case 7:
                    written = from.Number;
                    break;
                default:
                    break;
            }
        }
        return new CriuStatistics(TimeSpan.FromMicroseconds(frozen), written, inParent);
    }
}
