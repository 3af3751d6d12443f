using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// A cgroup and all below it, by descriptors. What a container makes there may be deeper than a path can say, have names that are no text, and
/// change meanwhile. Two descriptors are enough for any depth: the way up is <c>..</c>, since the kernel moves no cgroup to another parent.
/// </summary>
internal static class CgroupTree
{
    private static readonly Libc.open_how s_directory = new()
    {
        flags = (ulong)(Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC),
        resolve = Libc.RESOLVE_NO_XDEV | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS, // nothing that is mounted there
    };

    /// <summary>Visits every cgroup, those below before the one above; one that goes away meanwhile is left out.</summary>
    /// <param name="directory">The outermost.</param>
    /// <param name="visit">Gets a descriptor of each.</param>
    /// <returns>0, also when there is none, or the first errno; the rest is visited all the same.</returns>
    internal static int Visit(string directory, Action<int> visit) => Walk(directory, visit, remove: false);

    /// <summary>Removes what is below a cgroup, as far as it has no processes.</summary>
    /// <returns>0, also when there is none, or the first errno; the rest is removed all the same.</returns>
    internal static int RemoveBelow(string directory) => Walk(directory, visit: null, remove: true);

    private static int Walk(string directory, Action<int>? visit, bool remove)
    {
        int current = Libc.open(directory, (int)s_directory.flags, 0);
        if (current < 0)
            return Errno.Last == Errno.ENOENT ? 0 : Errno.Last;
        int failed = 0;
        var way = new Stack<Level>();
        try
        {
            Enter(current, way, ref failed);
            while (true)
            {
                if (way.Peek().MoveNext())
                {
                    if (Step(ref current, way.Peek().Name, ref failed))
                        Enter(current, way, ref failed);
                    continue;
                }

                visit?.Invoke(current);
                way.Pop();
                if (way.Count == 0 || !Step(ref current, "..\0"u8, ref failed))
                    return failed;
                if (remove && Libc.unlinkat(current, way.Peek().Name, Libc.AT_REMOVEDIR) != 0)
                    Note(Errno.Last, ref failed);
            }
        }
        finally
        {
            _ = Libc.close(current);
        }
    }

    private static void Enter(int directory, Stack<Level> way, ref int failed)
    {
        var below = new List<byte[]>();
        Note(DirectoryEntry.AddDirectories(directory, below), ref failed);
        way.Push(new(below));
    }

    private static bool Step(ref int current, ReadOnlySpan<byte> name, ref int failed)
    {
        int next = Libc.openat2(current, name, s_directory);
        if (next < 0)
        {
            Note(Errno.Last, ref failed);
            return false;
        }

        _ = Libc.close(current);
        current = next;
        return true;
    }

    private static void Note(int errno, ref int failed)
    {
        if (failed == 0 && errno != Errno.ENOENT)
            failed = errno;
    }

    /// <summary>Where a walk is in one directory.</summary>
    private sealed class Level(List<byte[]> names)
    {
        private int _index = -1;

        public ReadOnlySpan<byte> Name => names[_index];

        public bool MoveNext() => ++_index < names.Count;
    }
}
