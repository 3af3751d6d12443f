using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec;

/// <summary>
/// The users and groups of a root filesystem, from its own etc/passwd and etc/group, never from the host's name services. The files
/// are opened inside the root (openat2(2), RESOLVE_IN_ROOT), so that an image can't point them at the host. A missing file has no
/// entries; lines that don't follow passwd(5) and group(5) are skipped.
/// </summary>
internal sealed class UserDatabase
{
    private readonly string _passwd;
    private readonly string _group;

    private UserDatabase(string passwd, string group)
    {
        _passwd = passwd;
        _group = group;
    }

    /// <summary>Reads the files of a root filesystem.</summary>
    /// <param name="rootfs">The root: a rootfs directory, or /proc/PID/root.</param>
    /// <returns>The database.</returns>
    /// <exception cref="OciException">RootfsNotFound if the directory does not exist; PermissionDenied and so on if a file can't be read.</exception>
    public static UserDatabase Open(string rootfs)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootfs);
        int root = Libc.open(rootfs, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (root < 0)
        {
            int errno = Errno.Last;
            throw errno is Errno.ENOENT or Errno.ENOTDIR
                ? new OciException(OciErrorCode.RootfsNotFound, $"open root filesystem {rootfs}: no such directory") { Step = "user", Object = rootfs, Errno = errno, Syscall = "open" }
                : KernelError.From("open root filesystem", rootfs, "open", errno);
        }
        using var handle = new SafeFd(root);
        return new UserDatabase(Read(root, "etc/passwd"), Read(root, "etc/group"));
    }

    /// <summary>Parses the text of the files; for tests and for files from elsewhere.</summary>
    /// <param name="passwd">Text of passwd(5).</param>
    /// <param name="group">Text of group(5).</param>
    public static UserDatabase Parse(string passwd, string group) => new(passwd, group);

    /// <summary>The home directory of a user.</summary>
    /// <param name="uid">The user.</param>
    /// <returns>The home of the first entry with that id; null if there is none or it is empty.</returns>
    public string? HomeOf(uint uid)
    {
        foreach (string[] fields in AccountFile.Lines(_passwd, 7))
            if (AccountFile.IdOf(fields[2]) == uid)
                return fields[5].Length > 0 ? fields[5] : null;
        return null;
    }

    /// <summary>
    /// Resolves a user in the form of image configurations and <c>docker run --user</c>: USER, UID, USER:GROUP, UID:GID and so on.
    /// Digits are an id even if an entry has that name.
    /// </summary>
    /// <param name="user">The text; empty means 0:0.</param>
    /// <returns>The ids. Without a group: the primary group of the entry, else 0, and the groups that list the user as member.</returns>
    /// <exception cref="OciException">InvalidArgument: no such user or group, or a number that is not an id.</exception>
    public OciUser Resolve(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        int colon = user.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? user : user[..colon];
        string? group = colon < 0 ? null : user[(colon + 1)..];
        uint? number = name.Length == 0 ? 0 : IdIn(name, user);
        var result = new OciUser { Uid = number ?? 0 };
        string[]? entry = null;
        foreach (string[] fields in AccountFile.Lines(_passwd, 7))
        {
            if (number is { } id ? AccountFile.IdOf(fields[2]) == id : fields[0] == name)
            {
                entry = fields;
                break;
            }
        }
        if (entry is not null)
        {
            result.Uid = AccountFile.IdOf(entry[2]) ?? throw Unknown(user, $"the entry of {name} in etc/passwd has no valid uid");
            result.Gid = AccountFile.IdOf(entry[3]) ?? 0;
        }
        else if (number is null)
        {
            throw Unknown(user, $"there is no user {name} in etc/passwd of the root filesystem");
        }
        if (!string.IsNullOrEmpty(group))
            result.Gid = IdIn(group, user) ?? GroupNamed(group) ?? throw Unknown(user, $"there is no group {group} in etc/group of the root filesystem");
        else if (entry is not null)
            result.AdditionalGids = GroupsOf(entry[0], result.Gid);
        return result;
    }

    private uint? GroupNamed(string name)
    {
        foreach (string[] fields in AccountFile.Lines(_group, 4))
            if (fields[0] == name)
                return AccountFile.IdOf(fields[2]);
        return null;
    }

    private List<uint>? GroupsOf(string user, uint primary)
    {
        List<uint>? groups = null;
        foreach (string[] fields in AccountFile.Lines(_group, 4))
        {
            if (AccountFile.IdOf(fields[2]) is { } gid && gid != primary && Array.IndexOf(fields[3].Split(','), user) >= 0 && groups?.Contains(gid) != true)
                (groups ??= []).Add(gid);
        }
        return groups;
    }

    // Digits that are not an id must not be taken for a name, nor wrap around to root.
    private static uint? IdIn(string text, string user)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return null;
        return AccountFile.IdOf(text) ?? throw Unknown(user, $"{text} is not an id: ids go from 0 to 4294967294");
    }

    private static OciException Unknown(string user, string why) =>
        new(OciErrorCode.InvalidArgument, $"resolve user \"{user}\": {why}") { Step = "user", Object = user };

    private static string Read(int root, string path)
    {
        if (AccountFile.TryRead(root, path) is { } text)
            return text;
        int errno = Errno.Last;
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENXIO ? string.Empty : throw KernelError.From("read", path, "openat2", errno);
    }
}
