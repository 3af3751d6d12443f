using System.Buffers.Binary;

namespace OciRuntime.Core.Criu;

/// <summary>What criu counts while it dumps, from the file that it leaves in its working directory.</summary>
/// <param name="Frozen">How long the processes were stopped.</param>
/// <param name="PagesWritten">Pages in the images.</param>
/// <param name="PagesInParent">Pages that the parent's images have.</param>
internal sealed record CriuStatistics(TimeSpan Frozen, long PagesWritten, long PagesInParent)
{
    public const string FileName = "stats-dump";

    // criu's magic.h: a file of its service, of statistics. The length of the message follows.
    private const uint ServiceMagic = 0x55105940, StatisticsMagic = 0x57093306;
    private const int Header = 3 * sizeof(uint);

    /// <summary>Reads the file; null when it is none of criu's. Nobody fails for the want of it.</summary>
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
