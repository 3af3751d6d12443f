namespace OciRuntime.Core.Wire;

/// <summary>Numbers and layouts of wire.h; a test compares them with the header.</summary>
internal static class WireFormat
{
    public const uint Magic = 0x3149434f;
    public const uint Version = 1;
    public const int MaxImage = 16 << 20;
    public const int MaxSteps = 16384;
    public const int MaxFds = 8192;
    public const int NoFd = -1;
    public const uint NoFault = 0xffffffff;
    public const int ChannelFd = 3;
    public const uint ImageTimeline = 0x1;

    /// <summary>sizeof(struct oci_image_header), then the step array.</summary>
    public const int HeaderSize = 40;

    /// <summary>sizeof(struct oci_step).</summary>
    public const int StepSize = 64;

    /// <summary>Offset of s[] in a step.</summary>
    public const int StepStrings = 8;

    /// <summary>Elements of s[].</summary>
    public const int StringCount = 4;

    /// <summary>Offset of n[] in a step.</summary>
    public const int StepNumbers = 24;

    /// <summary>Elements of n[].</summary>
    public const int NumberCount = 5;

    /// <summary>sizeof(struct oci_msg).</summary>
    public const int MessageSize = 256;

    /// <summary>Offset of the text in a message.</summary>
    public const int MessageText = 40;

    /// <summary>Bytes of text in a message.</summary>
    public const int MessageTextSize = 216;

    /// <summary>The step number of a message that belongs to no step.</summary>
    public const uint NoStep = 0xffffffff;

    /// <summary>The longest record: a timeline of all steps.</summary>
    public const int MaxRecord = MessageSize + (MaxSteps * sizeof(ulong));
}
