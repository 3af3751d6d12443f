using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>
    /// Changes limits of a container that has not ended, and records them in its configuration. Limits that are not named stay; 0 means
    /// not named and -1 no limit, as in the spec. If any change fails, all are undone.
    /// </summary>
    /// <param name="id">Container id.</param>
    /// <param name="resources">The changes of linux.resources.</param>
    /// <param name="intelRdt">The changes of linux.intelRdt, which may only be its schemata; null for none.</param>
    /// <exception cref="OciException">
    /// InvalidSpec: a value that no kernel accepts; ContainerNotFound; ContainerNotRunning; InvalidArgument: schemata for a container without linux.intelRdt; ResourceBusy: less memory than
    /// is in use; NotSupported: the host lacks a limit or controller.
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
            throw new OciException(OciErrorCode.InvalidArgument, $"container {id} has no resctrl group whose schemata could be changed")
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
                Log(RuntimeLogLevel.Warning, $"the former value of {file} could not be restored");
            if (schemata is not null)
                state.Resctrl!.Restore(schemata, warning => Log(RuntimeLogLevel.Warning, warning));
            throw;
        }
    }
}
