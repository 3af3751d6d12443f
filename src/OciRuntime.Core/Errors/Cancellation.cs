namespace OciRuntime.Core.Errors;

/// <summary>A cancelled token as the core's error.</summary>
internal static class Cancellation
{
    /// <summary>Throws when the token is cancelled.</summary>
    /// <exception cref="OciException">Cancelled.</exception>
    public static void ThrowIfCancelled(this CancellationToken token)
    {
        if (token.IsCancellationRequested)
            throw new OciException(OciErrorCode.Cancelled, "the operation was cancelled", new OperationCanceledException(token));
    }
}
