using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>
    /// Changes limits of a container that has not ended, and keeps them as its configuration. What is not named stays as it is; 0 stands for
    /// not named and -1 for no limit, as in the spec. When something of it fails, all is as before.
    /// </summary>
    /// <param name="id">Container id.</param>
    /// <param name="resources">What changes of linux.resources.</param>
    /// <param name="intelRdt">What changes of linux.intelRdt: its schemata; null for nothing.</param>
    /// <exception cref="OciException">
    /// InvalidSpec: a value that no kernel takes; ContainerNotFound; ContainerNotRunning; InvalidArgument: schemata for a container without linux.intelRdt; ResourceBusy: less memory than
    /// is in use; NotSupported: the host lacks what is asked for.
    /// </exception>
    public void Update(string id, OciResources resources, OciIntelRdt? intelRdt = null)
    {
        ArgumentNullException.ThrowIfNull(resources);
        SpecValidator.ValidateResources(resources, "resources", "/linux/resources");
        using StateDirectory directory = StateDirectory.Open(_root, id);
        directory.Lock(CancellationToken.None);
        ContainerState state = directory.ReadState();
        if (!Snapshot.IsAlive(state))
            throw NotRunning(id);
        if (resources.Memory is { Kernel: not null } or { KernelTCP: not null })
            Log(RuntimeLogLevel.Warning, "kernel memory limits are ignored: current kernels have none");
        if (intelRdt is not null && state.Resctrl is null)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"container {id} has no group of resctrl whose schemata could change")
            {
                Refusal = Refusal.SchemataWithoutGroup,
                Object = id,
                SpecPointer = "/linux/intelRdt",
                Hint = "give the container linux.intelRdt when it is created",
            };
        }
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        Update(directory, state, spec, resources, intelRdt);
    }

    private void Update(StateDirectory directory, ContainerState state, OciSpec spec, OciResources resources, OciIntelRdt? intelRdt)
    {
        OciLinux linux = spec.Linux ??= new OciLinux();
        CgroupChange change = CgroupOf(state).Apply(ResourceUpdate.Complete(resources, linux.Resources), linux.Resources);
        string? schemata = null;
        try
        {
            if (intelRdt is not null)
                schemata = state.Resctrl!.Update(_options.ResctrlRoot, intelRdt);
            linux.Resources = ResourceUpdate.Merge(linux.Resources, resources, change.Writes);
            linux.IntelRdt = ResourceUpdate.Merge(linux.IntelRdt, intelRdt);
            directory.WriteConfig(SpecWriter.Write(spec));
        }
        catch
        {
            foreach (string file in change.Undo())
                Log(RuntimeLogLevel.Warning, $"the former value of {file} could not be put back");
            if (schemata is not null)
                state.Resctrl!.Restore(schemata, warning => Log(RuntimeLogLevel.Warning, warning));
            throw;
        }
    }
}
