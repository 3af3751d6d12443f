using System.Runtime.InteropServices;
using System.Text;

namespace OciRuntime.Core.Launch;

/// <summary>Types of records on the channel (enum oci_msg_type of wire.h).</summary>
internal enum HelperMessageType : uint
{
    Program = 1,
    Go = 2,
    Start = 3,
    Cloned = 16,
    Sync = 17,
    Ready = 18,
    Starting = 19,
    Console = 20,
    SeccompFd = 21,
    Timeline = 22,
    Warning = 23,
    Error = 24,
}

/// <summary>Why the helper waits (enum oci_sync).</summary>
internal enum HelperSync : ulong
{
    IdMaps = 1,
    RuntimeHooks = 2,
    ContainerHooks = 3,
}

/// <summary>struct oci_msg: one fixed record, both directions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HelperMessage
{
    public const int Size = 256;
    public const int TextSize = 216;
    public const uint NoStep = 0xffffffff;

    public HelperMessageType Type;
    public uint Length;
    public uint Step;
    public int Error;
    public uint Op;
    public uint TextLength;
    public ulong N0;
    public ulong N1;
    public fixed byte TextBytes[TextSize];

    /// <summary>The detail of an error. It may come from inside the container: control characters are replaced.</summary>
    public readonly string Text
    {
        get
        {
            fixed (byte* start = TextBytes)
            {
                string text = Encoding.UTF8.GetString(start, (int)Math.Min(TextLength, TextSize)).Trim();
                return string.Create(text.Length, text, static (span, from) =>
                {
                    for (int i = 0; i < span.Length; i++)
                        span[i] = char.IsControl(from[i]) ? ' ' : from[i];
                });
            }
        }
    }
}
