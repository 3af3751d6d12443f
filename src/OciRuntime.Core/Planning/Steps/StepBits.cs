namespace OciRuntime.Core.Planning.Steps;

/// <summary>OCI_STEP_* and OCI_F_* of wire.h.</summary>
[Flags]
internal enum StepBits : ushort
{
    None = 0,
    IgnoreEnoent = 0x0001,
    Warn = 0x0002,
    Mkdir = 0x0010,
    Mkfile = 0x0020,
    Recursive = 0x0040,
    RealTop = 0x0080,
    AttrRecursive = 0x0100,
    BindFallback = 0x0200,
    CheckCwd = 0x0400,
    SourceProc = 0x0800,
    NoConsoleNode = 0x1000,
    SrcNofollow = 0x2000,
    TargetNofollow = 0x4000,
    OnProc = 0x8000,
}
