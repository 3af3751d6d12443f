using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>
    /// Stops a container, and creates and starts it again with its original configuration and options. Its process, its cgroup
    /// and its log are new.
    /// </summary>
    /// <param name="id">Container id.</param>
    /// <param name="stop">Ends its process; called after checking that the container can be created again.</param>
    /// <param name="cancellationToken">Stops waiting. If the old container has been removed by then, nothing is left.</param>
    /// <exception cref="OciException">ContainerNotFound; InvalidArgument: it has descriptors or a terminal of its caller; and the exceptions of delete, create and start.</exception>
    public OciContainer Restart(string id, Action stop, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stop);
        (CreateRequest request, ContainerRuntime maker) = AsItWasMade(id);
        BundleSource.Read(request);
        stop();
        Delete(id, force: false, cancellationToken);
        try
        {
            maker.Create(request, cancellationToken);
            return maker.Start(id, cancellationToken);
        }
        catch (OciException e)
        {
            maker.Delete(id, force: true, CancellationToken.None);
            throw e.Saying($"{e.Message} (container {id} had been removed to be created again)");
        }
    }

    private (CreateRequest Request, ContainerRuntime Maker) AsItWasMade(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        ContainerState state = directory.ReadState();
        OciSpec spec = SpecReader.Read(directory.ReadConfig());
        ServiceNotification.Forget(spec);
        string? lost = state.InheritedFds > 0 ? "descriptors of the program that created it" : spec.Process?.Terminal == true && !state.Supervised ? "a terminal of the program that created it" : null;
        if (lost is not null)
            throw new OciException(OciErrorCode.InvalidArgument, $"container {id} has {lost}: it can't be created again without that program") { Object = id };
        var request = new CreateRequest
        {
            Id = id,
            Bundle = state.Bundle,
            Spec = spec,
            NoPivot = state.NoPivot,
            NoNewKeyring = state.NoNewKeyring,
            Supervised = state.Supervised,
            LogLimit = state.LogLimit,
            Stdio = StdioMode.Null,
        };
        return (request, state.CgroupManager == _options.CgroupManager ? this : new ContainerRuntime(_options with { Root = Root, CgroupManager = state.CgroupManager }));
    }
}
