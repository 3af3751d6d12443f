using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Arguments;

/// <summary>
/// The descriptors that the caller passed for the container: LISTEN_FDS (sd_listen_fds(3)), then --preserve-fds, counted from 3 on. A
/// number that was not open when the program started is refused: by now it may be our own.
/// </summary>
internal sealed class PassedDescriptors
{
    private const int First = 3;

    private PassedDescriptors(IReadOnlyList<SafeHandle> listen, IReadOnlyList<SafeHandle> preserve)
    {
        Listen = listen;
        Preserve = preserve;
    }

    internal IReadOnlyList<SafeHandle> Listen { get; }

    internal IReadOnlyList<SafeHandle> Preserve { get; }

    internal static PassedDescriptors Of(ParsedArguments own)
    {
        int listen = ListenFds(), preserve = own.Number("preserve-fds", 0);
        if (listen == 0 && preserve == 0)
            return new([], []);
        int end = Caller.PassedEnd;
        Check("LISTEN_FDS", listen, First, end);
        Check("--preserve-fds", preserve, First + listen, end);
        return new(Handles(First, listen), Handles(First + listen, preserve));
    }

    // LISTEN_FDS counts only if it is for this process, as in runc, where a value that is not a number counts as 0.
    private static int ListenFds() =>
        Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
        && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

    private static void Check(string name, int count, int first, int end)
    {
        if (count <= end - first)
            return;
        throw new OciException(OciErrorCode.InvalidArgument, $"{name} {count}: descriptor {Math.Max(first, end)} was not open when ocirun was started, so it was not passed")
        {
            Object = name,
            Hint = "LISTEN_FDS and then --preserve-fds count descriptors from 3 on without gaps",
        };
    }

    private static SafeHandle[] Handles(int first, int count)
    {
        var handles = new SafeHandle[count];
        for (int i = 0; i < count; i++)
            handles[i] = new SafeFileHandle(first + i, ownsHandle: false);
        return handles;
    }
}
