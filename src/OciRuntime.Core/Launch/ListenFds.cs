using System.Globalization;

namespace OciRuntime.Core.Launch;

/// <summary>Socket activation (sd_listen_fds(3)): descriptors from 3 on that were meant for this process and go on to the container.</summary>
internal static class ListenFds
{
    /// <summary>How many; 0 unless LISTEN_PID names this very process.</summary>
    public static int Count()
    {
        string? pid = Environment.GetEnvironmentVariable("LISTEN_PID");
        if (pid is null || pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return 0;
        return int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
    }
}
