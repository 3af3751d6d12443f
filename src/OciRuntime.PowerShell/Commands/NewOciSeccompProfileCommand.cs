using System.Management.Automation;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Makes a seccomp profile that allows the system calls of a trace, and no others.</summary>
[Cmdlet(VerbsCommon.New, "OciSeccompProfile", SupportsShouldProcess = true)]
[OutputType(typeof(OciSeccomp))]
public sealed class NewOciSeccompProfileCommand : OciCmdlet
{
    private readonly List<OciTracedSyscall> _calls = [];

    /// <summary>System calls: objects of Trace-OciSyscall, or names.</summary>
    [Parameter(ValueFromPipeline = true)]
    [TracedSyscallConversion]
    [ValidateNotNull]
    public OciTracedSyscall[] InputObject { get; set; } = [];

    /// <summary>docker, podman, or the file of a profile that limits what the new one allows.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SeccompProfileCompleter))]
    public string? Base { get; set; }

    /// <summary>The container's capabilities, which decide which rules of the base apply; default those of New-OciSpec.</summary>
    [Parameter]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[]? Capability { get; set; }

    /// <summary>System calls that are always allowed, with all arguments, seen or not and whatever the base says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SyscallCompleter))]
    public string[] IncludeSyscall { get; set; } = [];

    /// <summary>The file that the profile is written to, as JSON, instead of being returned.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Does not overwrite an existing file; that is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the profile even when it is written to a file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _calls.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing() => Attempt(Path ?? Base, Make);

    private void Make()
    {
        OciSeccomp? most = Base is null ? null : NamedProfile.Of(Base, Capability ?? [.. SpecDefaults.Create().Process?.Capabilities?.Bounding ?? []], ResolvePath);
        var made = TracedProfile.Make(_calls, most, IncludeSyscall);
        foreach (SeccompGap gap in made.Gaps)
            WriteWarning(gap.Rule.Length == 0 ? Messages.NamelessCall(gap.Call.Syscall) : Messages.RefusedByBase(gap.Call.Syscall, gap.Arguments, gap.Rule));
        if (Path is not null)
            Write(ResolvePath(Path), made.Seccomp);
        if (Path is null || PassThru)
            WriteObject(made.Seccomp);
    }

    private void Write(string file, OciSeccomp profile)
    {
        if (NoClobber && File.Exists(file))
        {
            WriteError(new ErrorRecord(new IOException(Messages.FileExists(file)), "NoClobber", ErrorCategory.ResourceExists, file));
            return;
        }
        if (ShouldProcess(Messages.WriteFile(file), Messages.WriteFile(file), Messages.Caption))
            WholeFile.Write(file, [.. SeccompProfile.Write(profile), (byte)'\n']);
    }
}
