using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Makes a container of the images of a checkpoint by criu(8); it goes on where it was dumped.</summary>
    /// <param name="request">What is restored, and from where.</param>
    /// <param name="cancellationToken">Ends the restore; nothing is left of it.</param>
    /// <returns>Its process, as of a run.</returns>
    /// <exception cref="OciException">NotInstalled, NotSupported, CriuFailed, or why the container could not be made; nothing is left.</exception>
    public ContainerProcess Restore(RestoreRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var cancel = new CancelSignal(cancellationToken);
        using var restoration = new Restoration(this, request, cancel);
        restoration.Run();
        return restoration.Keep();
    }
}
