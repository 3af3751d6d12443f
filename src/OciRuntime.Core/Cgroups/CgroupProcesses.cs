using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>The processes of a cgroup: listing, signalling, waiting.</summary>
internal static unsafe class CgroupProcesses
{
    /// <summary>Adds the processes of a directory and those below it; 0, a process of a foreign pid namespace, is left out.</summary>
    internal static void Add(string directory, ISet<int> pids)
    {
        string? text = TextFile.TryRead(directory + "/cgroup.procs");
        foreach (ReadOnlySpan<char> line in (text ?? string.Empty).AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                pids.Add(pid);
        }

        foreach (string child in CgroupDirectory.Children(directory))
            Add(child, pids);
    }

    /// <summary>Processes of a directory and those below it, in order.</summary>
    internal static SortedSet<int> Of(string directory)
    {
        var pids = new SortedSet<int>();
        Add(directory, pids);
        return pids;
    }

    /// <summary>
    /// Signals each process through a pidfd, so that a pid that is used again is not hit. A frozen cgroup needs one round; in one that runs
    /// new processes may appear meanwhile, and are signalled too, within reason.
    /// </summary>
    internal static void Signal(IContainerCgroup cgroup, int signal)
    {
        const int MostRounds = 100;
        var done = new HashSet<int>();
        bool more = true;
        for (int round = 0; more && round < MostRounds; round++)
        {
            more = false;
            foreach (int pid in cgroup.Processes())
            {
                if (!done.Add(pid))
                    continue;
                more = true;
                int fd = Libc.pidfd_open(pid);
                if (fd < 0)
                    continue; // it has ended
                _ = Libc.pidfd_send_signal(fd, signal);
                _ = Libc.close(fd);
            }
        }
    }

    /// <summary>Waits until a process has ended or the time is over.</summary>
    internal static void WaitForEnd(int pid, int milliseconds)
    {
        int fd = Libc.pidfd_open(pid);
        if (fd < 0)
            return;
        var poll = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        _ = Libc.poll(&poll, 1, milliseconds);
        _ = Libc.close(fd);
    }
}
