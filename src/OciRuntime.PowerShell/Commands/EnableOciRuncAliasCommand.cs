using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Defines runc in this session: ocirun under runc's name, with its messages, exit codes and completion.</summary>
/// <remarks>An alias for the program, not a function, so that arguments and bytes reach it as with any native command.</remarks>
[Cmdlet(VerbsLifecycle.Enable, "OciRuncAlias", SupportsShouldProcess = true)]
[OutputType(typeof(AliasInfo))]
public sealed class EnableOciRuncAliasCommand : OciCmdlet
{
    /// <summary>The program; default the ocirun on the PATH, or the one next to the module.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces another alias runc of this session.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the alias.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Attempt("runc", () =>
    {
        string program = Path is null ? RuncAlias.Find(this) : ResolvePath(Path);
        if (!File.Exists(program))
            throw new OciException(OciErrorCode.NotInstalled, Messages.NoOcirun) { Object = program, Hint = Messages.OcirunHint };
        if (!Force && RuncAlias.Current(this) is { } other && !RuncAlias.IsOurs(other))
            throw new OciException(OciErrorCode.InvalidArgument, Messages.OtherRunc(other)) { Object = "runc" };
        if (!ShouldProcess(Messages.DefineAlias(program), Messages.DefineAlias(program), Messages.Caption))
            return;
        AliasInfo alias = RuncAlias.Define(this, program);
        if (PassThru)
            WriteObject(alias);
    });
}
