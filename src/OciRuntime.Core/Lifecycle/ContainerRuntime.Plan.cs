using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>The plan that <see cref="Create"/> would run; nothing is done.</summary>
    /// <exception cref="OciException">The bundle, its configuration or the root filesystem is not usable.</exception>
    public LaunchPlan Plan(CreateRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ContainerId.Check(request.Id);
        BundleSource source = Creation.SourceFor(this, request);
        using InheritedHandles inherited = InheritedHandles.Hold(request.ListenFds, request.PreserveFds);
        return Creation.PlanFor(this, request, source, Creation.CgroupFor(this, request, source), run: false, inherited.Listen, inherited.Preserve);
    }

    /// <summary>The plan that made a container, from the configuration that it was created with, which may differ from the bundle's.</summary>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound, ContainerBroken.</exception>
    public LaunchPlan Plan(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        return PlanOf(directory, directory.ReadState());
    }
}
