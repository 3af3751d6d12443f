using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Walks a cgroup and all below it by descriptors. The cgroups that a container makes may be too deep for a path, have names that are not text, and
/// change meanwhile. Two descriptors are enough for any depth: <c>..</c> leads back up, since the kernel never moves a cgroup to another parent.
/// </summary>
internal static class CgroupTree
{
    private static readonly Libc.open_how s_directory = new()
    {
        flags = (ulong)(Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC),
        resolve = Libc.RESOLVE_NO_XDEV | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS, // enter no mount
    };

    /// <summary>Visits every cgroup, children before their parent; a cgroup that goes away meanwhile is left out.</summary>
    /// <param name="directory">The outermost cgroup.</param>
    /// <param name="visit">Called with a descriptor of each cgroup.</param>
    /// <returns>0, also if there is none, or the first errno; the others are visited nevertheless.</returns>
    internal static int Visit(string directory, Action<int> visit) => Walk(directory, visit, remove: false);

    /// <summary>Removes the cgroups below a cgroup, except those with processes.</summary>
    /// <returns>0, also if there are none, or the first errno; the others are removed nevertheless.</returns>
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

    /// <summary>The position of a walk in one directory.</summary>
    private sealed class Level(List<byte[]> names)
    {
        private int _index = -1;

        public ReadOnlySpan<byte> Name => names[_index];

        public bool MoveNext() => ++_index < names.Count;
    }
}
