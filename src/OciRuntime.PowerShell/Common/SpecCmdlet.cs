using System.Collections;
using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that make a configuration or change one for a container: the most common settings as parameters.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SpecCmdlet : RuntimeCmdlet
{
    /// <summary>Environment variables, added or replaced: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[]? Env { get; set; }

    /// <summary>Working directory inside.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Cwd { get; set; }

    /// <summary>UID[:GID] inside.</summary>
    [Parameter]
    [UserConversion]
    public string? User { get; set; }

    /// <summary>Supplementary group ids.</summary>
    [Parameter]
    public uint[]? AdditionalGid { get; set; }

    /// <summary>The root filesystem is read-only inside.</summary>
    [Parameter]
    public SwitchParameter ReadonlyRootfs { get; set; }

    /// <summary>Host name inside.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Hostname { get; set; }

    /// <summary>More mounts: SOURCE:DESTINATION[:OPTION,...], tmpfs:DESTINATION, tables, or OciMount objects.</summary>
    [Parameter]
    [MountConversion]
    [ArgumentCompleter(typeof(MountCompleter))]
    public OciMount[]? Mount { get; set; }

    /// <summary>Memory limit in bytes, or such as 512m.</summary>
    [Parameter]
    [SizeConversion]
    public long? Memory { get; set; }

    /// <summary>Limit of memory and swap together, in bytes, or such as 1g.</summary>
    [Parameter]
    [SizeConversion]
    public long? MemorySwap { get; set; }

    /// <summary>CPU time limit in CPUs, for example 1.5.</summary>
    [Parameter]
    [ValidateRange(0.01, 8192)]
    public double? Cpus { get; set; }

    /// <summary>Relative CPU weight, 2 to 262144; the default is 1024.</summary>
    [Parameter]
    [ValidateRange(2, 262144)]
    public int? CpuShares { get; set; }

    /// <summary>The CPUs it may run on, for example 0-3,7.</summary>
    [Parameter]
    [NumberListConversion]
    public string? CpuSet { get; set; }

    /// <summary>Limit of processes and threads; -1 is unlimited.</summary>
    [Parameter]
    [ValidateRange(-1, 4194304)]
    public long? Pids { get; set; }

    /// <summary>Capabilities added (bounding, effective, permitted), with or without CAP_.</summary>
    [Parameter]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[]? Capability { get; set; }

    /// <summary>Capabilities removed; ALL removes all except those of -Capability.</summary>
    [Parameter]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[]? DropCapability { get; set; }

    /// <summary>Set-user-id programs and file capabilities work inside (noNewPrivileges is false).</summary>
    [Parameter]
    public SwitchParameter AllowNewPrivileges { get; set; }

    /// <summary>The namespaces, replacing the existing ones: TYPE creates a namespace, TYPE:PATH joins one. Types that are left out are shared with the host.</summary>
    [Parameter]
    [NamespaceConversion]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public OciNamespace[]? Namespace { get; set; }

    /// <summary>Kernel parameters to set inside, in dotted form.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Sysctl { get; set; }

    /// <summary>Annotations.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Path of the cgroup.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CgroupsPath { get; set; }

    /// <summary>True when a parameter changes the configuration.</summary>
    private protected bool HasEdits => MyInvocation.BoundParameters.Keys.Any(static name => EditNames.Contains(name));

    private static readonly HashSet<string> EditNames = [.. typeof(SpecCmdlet).GetProperties().Where(static property => property.DeclaringType == typeof(SpecCmdlet)).Select(static property => property.Name)];

    /// <summary>Makes the changes that the parameters ask for.</summary>
    /// <param name="spec">Changed; a copy of the user's object.</param>
    /// <param name="args">The program and its arguments, or null.</param>
    private protected void Edit(OciSpec spec, string[]? args)
    {
        SpecEdits.SetProcess(spec, args, Env, Cwd, User);
        OciProcess process = spec.Process!;
        if (AllowNewPrivileges)
            process.NoNewPrivileges = false;
        if (AdditionalGid is not null)
            process.User!.AdditionalGids = [.. AdditionalGid];
        SpecEdits.SetCapabilities(spec, Capability, DropCapability);
        if (ReadonlyRootfs && spec.Root is not null)
            spec.Root.Readonly = true;
        spec.Hostname = Hostname ?? spec.Hostname;
        if (Mount is not null)
            spec.Mounts = [.. spec.Mounts ?? [], .. Mount];
        OciLinux linux = spec.Linux ??= new OciLinux();
        if (Namespace is not null)
            linux.Namespaces = [.. Namespace];
        linux.CgroupsPath = CgroupsPath ?? linux.CgroupsPath;
        linux.Sysctl = SpecEdits.Merged(linux.Sysctl, Sysctl);
        spec.Annotations = SpecEdits.Merged(spec.Annotations, Annotation);
        SetLimits(linux);
    }

    private void SetLimits(OciLinux linux)
    {
        var limits = new ResourceLimits { Memory = Memory, MemorySwap = MemorySwap, Pids = Pids, Cpus = Cpus, CpuShares = CpuShares, CpuSet = CpuSet };
        if (limits.Any)
            limits.ApplyTo(linux.Resources ??= new OciResources());
    }
}
