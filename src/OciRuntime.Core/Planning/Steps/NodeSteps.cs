using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>A directory and its parents.</summary>
internal sealed record MakeDirectoryStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "mkdir";

    internal override StepKind Kind => StepKind.Mkdir;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => FlagText.Octal(Mode);

    /// <summary>Path in the container.</summary>
    public required string Path { get; init; }

    /// <summary>Permission bits.</summary>
    public uint Mode { get; init; } = 0x1ed;

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Path);
        fields.Number(0, Mode);
    }
}

/// <summary>mknod(2): a device or a FIFO.</summary>
internal sealed record MakeNodeStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "mknod";

    internal override StepKind Kind => StepKind.Mknod;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail
    {
        get
        {
            string type = (Mode & Libc.S_IFMT) switch { Libc.S_IFCHR => "c", Libc.S_IFBLK => "b", _ => "p" };
            string number = type == "p" ? type : $"{type} {Major}:{Minor}";
            string owner = (Uid | Gid) == 0 ? string.Empty : $"{Uid}:{Gid}";
            return FlagText.Words(number + " " + FlagText.Octal(Mode & 0xfff), owner);
        }
    }

    /// <summary>Path in the container.</summary>
    public required string Path { get; init; }

    /// <summary>Permission bits with S_IFCHR, S_IFBLK or S_IFIFO.</summary>
    public required uint Mode { get; init; }

    /// <summary>Major number.</summary>
    public uint Major { get; init; }

    /// <summary>Minor number.</summary>
    public uint Minor { get; init; }

    /// <summary>Owner.</summary>
    public uint Uid { get; init; }

    /// <summary>Group.</summary>
    public uint Gid { get; init; }

    /// <summary>On EPERM, bind mount the host's node of the same path instead.</summary>
    public bool BindFallback { get; init; }

    /// <summary>The path of its directory may not contain a symbolic link.</summary>
    public bool RealDirectory { get; init; }

    internal override StepBits Bits => If(BindFallback, StepBits.BindFallback) | If(RealDirectory, StepBits.RealTop);

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Path);
        fields.Number(0, Mode);
        fields.Number(1, Major);
        fields.Number(2, Minor);
        fields.Number(3, Uid);
        fields.Number(4, Gid);
    }
}

/// <summary>symlink(2).</summary>
internal sealed record SymlinkStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "symlink";

    internal override StepKind Kind => StepKind.Symlink;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => "-> " + Text;

    /// <summary>Path of the link in the container.</summary>
    public required string Path { get; init; }

    /// <summary>Target of the link.</summary>
    public required string Text { get; init; }

    /// <summary>The path of its directory may not contain a symbolic link.</summary>
    public bool RealDirectory { get; init; }

    internal override StepBits Bits => If(RealDirectory, StepBits.RealTop);

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Path);
        fields.Text(1, Text);
    }
}

/// <summary>unlink(2).</summary>
internal sealed record UnlinkStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "unlink";

    internal override StepKind Kind => StepKind.Unlink;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <summary>Path in the container.</summary>
    public required string Path { get; init; }

    /// <summary>The path of its directory may not contain a symbolic link.</summary>
    public bool RealDirectory { get; init; }

    internal override StepBits Bits => If(RealDirectory, StepBits.RealTop);

    internal override void Write(IStepFields fields) => fields.RootPath(0, Path);
}

/// <summary>The pseudo-terminal: controlling terminal, stdio and /dev/console of the process.</summary>
internal sealed record ConsoleStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "console";

    internal override StepKind Kind => StepKind.Console;

    /// <inheritdoc/>
    public override string Object => "/" + Multiplexer;

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        "master to the " + (Socket is null ? "runtime" : FlagText.Fd(Socket)),
        Columns == 0 ? string.Empty : $"{Columns}x{Rows}");

    /// <summary>Path of ptmx in the container, relative to its root.</summary>
    public const string Multiplexer = "dev/pts/ptmx";

    /// <summary>Path of the console node, relative to the container's root.</summary>
    public const string Node = "dev/console";

    /// <summary>Also make /dev/console.</summary>
    public bool ConsoleNode { get; init; }

    /// <summary>Rows; 0 leaves the size unchanged.</summary>
    public uint Rows { get; init; }

    /// <summary>Columns.</summary>
    public uint Columns { get; init; }

    /// <summary>Owner of the pty slave.</summary>
    public uint Uid { get; init; }

    /// <summary>Clear ONLCR (termios(3)), as runc does for terminals in the foreground. A caller that receives the master over a socket sets the mode itself.</summary>
    public bool KeepNewlines { get; init; }

    /// <summary>Socket that receives the master; null for the channel.</summary>
    public PlanFd? Socket { get; init; }

    internal override StepBits Bits => If(!ConsoleNode, StepBits.NoConsoleNode) | StepBits.RealTop;

    internal override PlanFd? Descriptor => Socket;

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Multiplexer);
        fields.RootPath(1, Node);
        fields.Number(0, Rows);
        fields.Number(1, Columns);
        fields.Number(2, Uid);
        fields.Number(3, uint.MaxValue);
        fields.Number(4, KeepNewlines ? 1ul : 0);
    }
}
