using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Network;

/// <summary>Builds a request: header, fixed part and attributes, each aligned to four bytes (netlink(7), rtnetlink(7)).</summary>
internal sealed class NetlinkMessage
{
    private readonly List<byte> _bytes = [];

    public NetlinkMessage(ushort type, ushort flags)
    {
        var header = new Libc.nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)(flags | Libc.NLM_F_REQUEST) };
        _bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<Libc.nlmsghdr>(in header)));
    }

    public NetlinkMessage Add<T>(T part)
        where T : unmanaged
    {
        _bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in part)));
        return this;
    }

    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        _bytes.AddRange(header);
        _bytes.AddRange(value);
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
        return this;
    }

    public NetlinkMessage Attribute(ushort type, string text) => Attribute(type, Encoding.UTF8.GetBytes(text + "\0"));

    public NetlinkMessage Attribute(ushort type, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Attribute(type, bytes);
    }

    public byte[] Finish(uint sequence)
    {
        byte[] bytes = [.. _bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), sequence);
        return bytes;
    }

    /// <summary>Parses the attributes that follow the fixed part of a message.</summary>
    public static Dictionary<ushort, byte[]> Attributes(ReadOnlySpan<byte> bytes)
    {
        var attributes = new Dictionary<ushort, byte[]>();
        while (bytes.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (length < 4 || length > bytes.Length)
                break;
            attributes[(ushort)(BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) & 0x3fff)] = bytes[4..length].ToArray();
            bytes = bytes[Math.Min(bytes.Length, (length + 3) & ~3)..];
        }
        return attributes;
    }
}
