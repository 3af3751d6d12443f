using System.Management.Automation;
using OciRuntime.Core.Bundles;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Makes a bundle: a directory with a root filesystem and config.json.</summary>
[Cmdlet(VerbsCommon.New, "OciBundle", SupportsShouldProcess = true, DefaultParameterSetName = "Busybox")]
[Alias("nocib")]
[OutputType(typeof(OciBundle))]
public sealed class NewOciBundleCommand : OciCmdlet
{
    /// <summary>The bundle's directory: a new or an empty one.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The root filesystem is a tar archive, plain or compressed with gzip or zstd, such as docker export writes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Archive", ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Archive { get; set; } = string.Empty;

    /// <summary>An image: an OCI image layout or a docker-archive, a directory or a tar archive. Its layers are the root filesystem, its configuration the process.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ImageLayout")]
    [ValidateNotNullOrEmpty]
    public string ImageLayout { get; set; } = string.Empty;

    /// <summary>The name of the image in the layout; default the one for this machine.</summary>
    [Parameter(ParameterSetName = "ImageLayout")]
    [ValidateNotNullOrEmpty]
    public string? Reference { get; set; }

    /// <summary>The most bytes that may be unpacked, or such as 20g.</summary>
    [Parameter(ParameterSetName = "Archive")]
    [Parameter(ParameterSetName = "ImageLayout")]
    [SizeConversion]
    [ValidateRange(1, long.MaxValue)]
    public long MaxSize { get; set; } = UnpackLimit.Default.MaxSize;

    /// <summary>The most files, directories and links that may be unpacked.</summary>
    [Parameter(ParameterSetName = "Archive")]
    [Parameter(ParameterSetName = "ImageLayout")]
    [ValidateRange(1, long.MaxValue)]
    public long MaxEntries { get; set; } = UnpackLimit.Default.MaxEntries;

    /// <summary>The root filesystem is a static busybox and its applets.</summary>
    [Parameter(ParameterSetName = "Busybox")]
    public SwitchParameter Busybox { get; set; }

    /// <summary>The busybox; default /bin/busybox, where Debian's busybox-static is.</summary>
    [Parameter(ParameterSetName = "Busybox")]
    [ValidateNotNullOrEmpty]
    public string BusyboxPath { get; set; } = BundleBuilder.DefaultBusybox;

    /// <summary>Copy the host's /etc/resolv.conf.</summary>
    [Parameter(ParameterSetName = "Busybox")]
    public SwitchParameter ResolvConf { get; set; }

    /// <summary>The configuration, instead of the default one or the image's.</summary>
    [Parameter(ValueFromPipeline = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    /// <summary>The program and its arguments, instead of the configuration's.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[]? Command { get; set; }

    /// <summary>Environment variables added to the configuration's: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[]? Env { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Path, Make);

    private void Make()
    {
        string path = ResolvePath(Path);
        if (!ShouldProcess(Messages.MakeBundle(path), Messages.MakeBundle(path), Messages.Caption))
            return;
        var progress = new LateProgress(this, Messages.MakeBundle(path));
        var options = new BundleOptions
        {
            Limit = new UnpackLimit(MaxSize, MaxEntries),
            Edit = Edited,
            Zstd = ZstdDecoder.Open,
            Progress = (entries, bytes) => progress.Report(() => Messages.Unpacked(entries, bytes)),
        };
        OciBundle bundle;
        try
        {
            bundle = ParameterSetName switch
            {
                "Archive" => BundleBuilder.FromArchive(path, ResolvePath(Archive), options, StopToken),
                "ImageLayout" => BundleBuilder.FromImageLayout(path, ResolvePath(ImageLayout), Reference, options, StopToken),
                _ => BundleBuilder.FromBusybox(path, ResolvePath(BusyboxPath), ResolvConf, options, StopToken),
            };
        }
        finally
        {
            if (!StopToken.IsCancellationRequested)
                progress.Complete();
        }
        foreach (string warning in bundle.Warnings)
            WriteWarning(warning);
        WriteObject(bundle);
    }

    private OciSpec Edited(OciSpec made)
    {
        if (Spec is null && Command is null && Env is null)
            return made;
        OciSpec spec = Spec is null ? made : SpecEdits.Copy(Spec);
        SpecEdits.SetProcess(spec, Command, Env, null, null);
        return spec;
    }
}
