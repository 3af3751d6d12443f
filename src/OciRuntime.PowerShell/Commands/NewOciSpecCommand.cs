using System.Collections;
using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Makes a configuration: runc's default one without a terminal and with a writable root, and what the parameters say.</summary>
[Cmdlet(VerbsCommon.New, "OciSpec")]
[OutputType(typeof(OciSpec))]
public sealed class NewOciSpecCommand : OciCmdlet
{
    /// <summary>The program and its arguments; default sh.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [Alias("Command")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[]? Args { get; set; }

    /// <summary>Environment variables added to PATH and TERM: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[]? Env { get; set; }

    /// <summary>Working directory inside; default /.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Cwd { get; set; }

    /// <summary>UID[:GID] inside; default 0:0.</summary>
    [Parameter]
    [UserConversion]
    public string? User { get; set; }

    /// <summary>Supplementary group ids.</summary>
    [Parameter]
    public uint[]? AdditionalGid { get; set; }

    /// <summary>The process has a terminal.</summary>
    [Parameter]
    public SwitchParameter Terminal { get; set; }

    /// <summary>The root filesystem; a relative path starts at the bundle. Default rootfs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string RootfsPath { get; set; } = "rootfs";

    /// <summary>The root filesystem is read-only inside.</summary>
    [Parameter]
    public SwitchParameter ReadonlyRootfs { get; set; }

    /// <summary>Host name inside; default oci.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Hostname { get; set; } = "oci";

    /// <summary>More mounts: SOURCE:DESTINATION[:OPTION,...], tmpfs:DESTINATION, tables, or OciMount objects.</summary>
    [Parameter]
    [MountConversion]
    [ArgumentCompleter(typeof(MountCompleter))]
    public OciMount[]? Mount { get; set; }

    /// <summary>Memory limit in bytes, or as 512m.</summary>
    [Parameter]
    [SizeConversion]
    public long? Memory { get; set; }

    /// <summary>Limit of memory and swap together, in bytes, or as 1g.</summary>
    [Parameter]
    [SizeConversion]
    public long? MemorySwap { get; set; }

    /// <summary>CPU time limit in CPUs, for example 1.5.</summary>
    [Parameter]
    [ValidateRange(0.01, 8192)]
    public double? Cpus { get; set; }

    /// <summary>Relative CPU weight, 2 to 262144; what is not set counts as 1024.</summary>
    [Parameter]
    [ValidateRange(2, 262144)]
    public int? CpuShares { get; set; }

    /// <summary>The CPUs it may run on, for example 0-3,7.</summary>
    [Parameter]
    [NumberListConversion]
    public string? CpuSet { get; set; }

    /// <summary>Most processes and threads; -1 is unlimited.</summary>
    [Parameter]
    [ValidateRange(-1, 4194304)]
    public long? Pids { get; set; }

    /// <summary>Capabilities added to the default ones (bounding, effective, permitted), with or without CAP_.</summary>
    [Parameter]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[]? Capability { get; set; }

    /// <summary>Capabilities taken away from the default ones; ALL takes all but those of -Capability.</summary>
    [Parameter]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[]? DropCapability { get; set; }

    /// <summary>Set-user-id programs and file capabilities work inside (noNewPrivileges is false).</summary>
    [Parameter]
    public SwitchParameter AllowNewPrivileges { get; set; }

    /// <summary>The namespaces, instead of the default ones: TYPE makes a new one, TYPE:PATH joins one. What is left out is the host's.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Namespace { get; set; }

    /// <summary>Kernel parameters to set inside, with dots.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Sysctl { get; set; }

    /// <summary>Annotations.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Path of the cgroup; default /ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CgroupsPath { get; set; }

    /// <summary>For a user without privileges: a user namespace that maps root to this user.</summary>
    [Parameter]
    public SwitchParameter Rootless { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => CommandWords.Check(this, nameof(Args));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        OciSpec spec = SpecDefaults.Create(Rootless);
        spec.Root = new OciRoot { Path = RootfsPath, Readonly = ReadonlyRootfs };
        spec.Hostname = Hostname;
        SpecEdits.SetProcess(spec, Args, Env, Cwd, User, Terminal);
        spec.Process!.NoNewPrivileges = !AllowNewPrivileges;
        spec.Process.User!.AdditionalGids = AdditionalGid is null ? null : [.. AdditionalGid];
        SpecEdits.SetCapabilities(spec, Capability, DropCapability);
        if (Mount is not null)
            spec.Mounts = [.. spec.Mounts ?? [], .. Mount];
        OciLinux linux = spec.Linux ??= new OciLinux();
        if (Namespace is not null)
            linux.Namespaces = [.. Namespace.Select(SpecEdits.ParseNamespace)];
        linux.CgroupsPath = CgroupsPath ?? linux.CgroupsPath;
        linux.Sysctl = SpecEdits.Texts(Sysctl) ?? linux.Sysctl;
        spec.Annotations = SpecEdits.Texts(Annotation) ?? spec.Annotations;
        SetLimits(linux);
        WriteObject(spec);
    }

    private void SetLimits(OciLinux linux)
    {
        if ((Memory ?? MemorySwap ?? Pids ?? CpuShares) is null && Cpus is null && CpuSet is null)
            return;
        OciResources resources = linux.Resources ??= new OciResources();
        if ((Memory ?? MemorySwap) is not null)
            resources.Memory = new OciMemory { Limit = Memory, Swap = MemorySwap };
        if (Pids is not null)
            resources.Pids = new OciPids { Limit = Pids };
        if (Cpus is not null || CpuShares is not null || CpuSet is not null)
        {
            resources.Cpu = new OciCpu
            {
                // 100 ms is the kernel's default period.
                Period = Cpus is null ? null : 100_000,
                Quota = Cpus is null ? null : (long)Math.Round(Cpus.Value * 100_000),
                Shares = (ulong?)CpuShares,
                Cpus = CpuSet,
            };
        }
    }
}
