using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>Builds tar archives for tests, hostile ones too.</summary>
internal sealed class TarBuilder : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly TarWriter _writer;

    public TarBuilder() => _writer = new TarWriter(_stream, TarEntryFormat.Pax, leaveOpen: true);

    public TarBuilder File(string name, string content = "", int mode = 0x1A4, int uid = 0, int gid = 0, params (string Name, string Value)[] attributes)
    {
        var entry = new PaxTarEntry(TarEntryType.RegularFile, name, attributes.ToDictionary(a => a.Name, a => a.Value))
        {
            Mode = (UnixFileMode)mode,
            Uid = uid,
            Gid = gid,
            ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000),
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
        };
        _writer.WriteEntry(entry);
        return this;
    }

    public TarBuilder Directory(string name, int mode = 0x1ED)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, name) { Mode = (UnixFileMode)mode, ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) });
        return this;
    }

    public TarBuilder SymbolicLink(string name, string target) => Link(TarEntryType.SymbolicLink, name, target);

    public TarBuilder HardLink(string name, string target) => Link(TarEntryType.HardLink, name, target);

    public TarBuilder Device(string name, int major, int minor)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, name) { DeviceMajor = major, DeviceMinor = minor, Mode = (UnixFileMode)0x1B6 });
        return this;
    }

    public TarBuilder Fifo(string name)
    {
        _writer.WriteEntry(new PaxTarEntry(TarEntryType.Fifo, name) { Mode = (UnixFileMode)0x1A4 });
        return this;
    }

    public byte[] ToArray()
    {
        _writer.Dispose();
        return _stream.ToArray();
    }

    public byte[] ToGzip() => Gzip(ToArray());

    public static byte[] Gzip(byte[] data)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(data);
        return compressed.ToArray();
    }

    public void Dispose() => _writer.Dispose();

    private TarBuilder Link(TarEntryType type, string name, string target)
    {
        _writer.WriteEntry(new PaxTarEntry(type, name) { LinkName = target });
        return this;
    }
}
