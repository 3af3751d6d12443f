using OciRuntime.Core.Planning;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// The public API: one method a verb, each in its own file. Safe to use from several threads; one instance a state root.
/// </summary>
public sealed partial class ContainerRuntime
{
    /// <summary>Makes a runtime over a state root; touches nothing yet.</summary>
    public ContainerRuntime(RuntimeOptions? options = null) => throw new NotImplementedException();

    /// <summary>The state root in use.</summary>
    public string Root => throw new NotImplementedException();

    /// <summary>Makes the container; its process waits at the start gate.</summary>
    public OciContainer Create(CreateRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Opens the start gate of a created container.</summary>
    public OciContainer Start(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Creates and starts in one go and returns the process; the caller waits for it and deletes the container.</summary>
    public ContainerProcess Run(CreateRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Starts another process in a container.</summary>
    public ContainerProcess Exec(ExecRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>The state of one container; ContainerNotFound when there is none.</summary>
    public OciContainer Get(string id) => throw new NotImplementedException();

    /// <summary>All containers of the root, by id.</summary>
    public IEnumerable<OciContainer> List() => throw new NotImplementedException();

    /// <summary>Waits until the container has stopped.</summary>
    /// <returns>Its exit record, or null when the timeout passed.</returns>
    public ExitRecord? Wait(string id, TimeSpan? timeout = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Sends a signal to init, or to every process of the container.</summary>
    public void Kill(string id, int signal, bool all = false) => throw new NotImplementedException();

    /// <summary>Removes a stopped (or created) container; a running one only by force.</summary>
    public void Delete(string id, bool force = false, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Freezes all processes.</summary>
    public void Pause(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Thaws all processes.</summary>
    public void Resume(string id) => throw new NotImplementedException();

    /// <summary>Host pids of all processes of the container.</summary>
    public IReadOnlyList<int> Processes(string id) => throw new NotImplementedException();

    /// <summary>The plan that <see cref="Create"/> would run; nothing is done.</summary>
    public LaunchPlan Plan(CreateRequest request) => throw new NotImplementedException();
}
