using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Lifecycle;

public sealed partial class ContainerRuntime
{
    /// <summary>The plan that <see cref="Create"/> would run; nothing is done.</summary>
    /// <exception cref="OciException">The bundle, its configuration or the root filesystem is not usable.</exception>
    public LaunchPlan Plan(CreateRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        State.ContainerId.Check(request.Id);
        var source = BundleSource.Read(request);
        return Creation.PlanFor(this, request, source, Creation.CgroupFor(this, request, source), run: false, ListenFds.Count());
    }
}
