using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Launch;

/// <summary>The descriptors behind a plan's slots: opened, borrowed or inherited, in slot order.</summary>
internal sealed class FdSlots : IDisposable
{
    private readonly List<SafeFd> _opened = [];

    private FdSlots(int count) => Numbers = new int[count];

    public int[] Numbers { get; }

    /// <param name="slots">What the plan asks for.</param>
    /// <param name="role">Finds descriptors that exist only at launch; the caller keeps ownership of them.</param>
    public static FdSlots Open(IReadOnlyList<PlanFd> slots, Func<PlanFdRole, SafeFd?> role)
    {
        var opened = new FdSlots(slots.Count);
        try
        {
            for (int i = 0; i < slots.Count; i++)
                opened.Numbers[i] = opened.Resolve(slots[i], role);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SafeFd fd in _opened)
            fd.Dispose();
    }

    private int Resolve(PlanFd slot, Func<PlanFdRole, SafeFd?> role)
    {
        switch (slot)
        {
            case PathFd { Access: PlanFdAccess.DetachedTree } directory:
                SafeFd copy = DetachedTree.Open(directory.Path);
                _opened.Add(copy);
                return copy.Number;
            case PathFd { Access: PlanFdAccess.Append } file:
                SafeFd appended = AppendedFile.Open(file.Path);
                _opened.Add(appended);
                return appended.Number;
            case PathFd path:
                int flags = path.Access switch
                {
                    PlanFdAccess.Path => Libc.O_PATH,
                    PlanFdAccess.Read => Libc.O_RDONLY,
                    _ => Libc.O_WRONLY,
                };
                int fd = Libc.open(path.Path, flags | Libc.O_CLOEXEC | Libc.O_NOCTTY, 0);
                if (fd < 0)
                    throw KernelError.Last("open", path.Path, "open");
                _opened.Add(new SafeFd(fd));
                return fd;
            case IdMapsFd maps:
                SafeFd ids = MappedUserNamespace.Open(maps);
                _opened.Add(ids);
                return ids.Number;
            case InheritedFd inherited:
                return inherited.Number; // held and checked by InheritedHandles
            case RoleFd { Role: var wanted }:
                return role(wanted)?.Number ?? throw new OciException(OciErrorCode.NotSupported, $"the launch has no descriptor for {wanted}");
            default:
                throw new ArgumentOutOfRangeException(nameof(slot));
        }
    }
}
