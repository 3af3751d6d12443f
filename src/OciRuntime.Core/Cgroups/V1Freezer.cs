using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The v1 freezer (cgroup-v1/freezer-subsystem). It gives no event when it is done, and while new processes keep appearing it can stay in
/// FREEZING for ever: writing FROZEN again makes the kernel look again, a short thaw lets forks end.
/// </summary>
internal static class V1Freezer
{
    /// <summary>Freezes and waits until that is done; undone on failure and when cancelled.</summary>
    /// <param name="directory">The container's directory in the freezer hierarchy.</param>
    /// <param name="deadline">Milliseconds it may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Freeze(string directory, int deadline, CancellationToken cancellationToken)
    {
        string file = directory + "/freezer.state";
        long end = Environment.TickCount64 + deadline;
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Write(file, "FROZEN", "freeze");
                if (State(file) is "FROZEN")
                    return;
                if (Environment.TickCount64 > end)
                    throw new OciException(OciErrorCode.Timeout, $"freeze {directory}: after {deadline} ms it is still FREEZING") { Step = "cgroup", Object = directory };
                if (attempt % 50 == 0)
                    Write(file, "THAWED", "freeze");
                if (attempt < 20)
                    Thread.Yield();
                else
                    Thread.Sleep(1);
            }
        }
        catch
        {
            _ = TextFile.TryWrite(file, "THAWED");
            throw;
        }
    }

    internal static void Thaw(string directory) => Write(directory + "/freezer.state", "THAWED", "thaw");

    /// <summary>Frozen, or about to be.</summary>
    internal static bool IsFrozen(string directory) => State(directory + "/freezer.state") is "FROZEN" or "FREEZING";

    private static string? State(string file) => TextFile.TryReadOnce(file)?.TrimEnd();

    private static void Write(string file, string state, string doing)
    {
        int errno = TextFile.TryWrite(file, state);
        if (errno != 0)
            throw CgroupFiles.Failed(doing, file, "write", errno, null);
    }
}
