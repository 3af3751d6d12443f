using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Creates a container from the images of a checkpoint with criu(8); it goes on where it was dumped.</summary>
    /// <param name="request">The container and the directory of the images.</param>
    /// <param name="cancellationToken">Cancels the restore, of which nothing is left then.</param>
    /// <returns>Its process, as from Run.</returns>
    /// <exception cref="OciException">NotInstalled, NotSupported, CriuFailed, or the error of making the container. Nothing is left then.</exception>
    public ContainerProcess Restore(RestoreRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var cancel = new CancelSignal(cancellationToken);
        using var restoration = new Restoration(this, request, cancel);
        restoration.Run();
        return restoration.Keep();
    }
}
