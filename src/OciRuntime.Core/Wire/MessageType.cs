namespace OciRuntime.Core.Wire;

/// <summary>Types of records on the channel (enum oci_msg_type of wire.h).</summary>
internal enum MessageType : uint
{
    Program = 1,
    Go = 2,
    Start = 3,
    Directory = 4,
    Process = 5,
    Enter = 6,
    Cloned = 16,
    Sync = 17,
    Ready = 18,
    Starting = 19,
    Console = 20,
    SeccompFd = 21,
    Timeline = 22,
    Warning = 23,
    Error = 24,
    Supervisor = 25,
    Criu = 26,
}
