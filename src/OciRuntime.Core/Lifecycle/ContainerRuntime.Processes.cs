using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Host pids of all processes of the container; none when it has stopped.</summary>
    /// <param name="id">Container id.</param>
    /// <exception cref="Errors.OciException">ContainerNotFound.</exception>
    public IReadOnlyList<int> Processes(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        return CgroupOf(directory.ReadState()).Processes();
    }
}
