namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>
/// What mount options mean for the flags that the kernel shows of a mount: the reference that real mounts are compared with. Written from
/// mount(8), in the kernel's words, and with nothing of the planner's.
/// </summary>
internal sealed class MountFlags
{
    /// <summary>Every attribute; with an r before it the same for the tree.</summary>
    public static readonly string[] Options =
    [
        "ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec", "nodiratime", "diratime", "nosymfollow", "symfollow",
        "noatime", "atime", "strictatime", "nostrictatime", "relatime", "norelatime",
    ];

    private readonly HashSet<string> _flags;

    private MountFlags(IEnumerable<string> flags) => _flags = [.. flags];

    /// <summary>A new mount's.</summary>
    public static MountFlags Plain => new(["rw", "relatime"]);

    /// <summary>Those of a mount with every attribute, and not a single access time recorded.</summary>
    public static MountFlags All => new(["ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow", "noatime"]);

    /// <summary>MOUNT_ATTR_* of <see cref="All"/>.</summary>
    public const ulong AllAttributes = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x200000;

    /// <summary>The flags of a line of mountinfo.</summary>
    public static MountFlags Of(string text) => new(text.Split(',').Where(flag => flag != "idmapped"));

    /// <summary>What the options of a list leave, in their order. Only what they name changes.</summary>
    public MountFlags With(IEnumerable<string> options)
    {
        var result = new MountFlags(_flags);
        string? access = null;
        foreach (string option in options)
        {
            switch (option)
            {
                case "ro" or "rw":
                    result._flags.ExceptWith(["ro", "rw"]);
                    result._flags.Add(option);
                    break;
                case "noatime" or "strictatime" or "relatime":
                    result.SetAccess(access = option);
                    break;
                case "atime" when access != "strictatime":
                    result.SetAccess(access = "relatime");
                    break;
                case "nostrictatime" when access == "strictatime":
                    result.SetAccess(access = "relatime");
                    break;
                case "atime" or "nostrictatime" or "norelatime":
                    break;
                case ['n', 'o', ..]:
                    result._flags.Add(option);
                    break;
                default:
                    result._flags.Remove("no" + option);
                    break;
            }
        }
        return result;
    }

    /// <summary>
    /// What a bind with these options has. As mount(2) with MS_REMOUNT and MS_BIND: one that names something has nothing else, but the source's
    /// access times unless a setting of those is named.
    /// </summary>
    public MountFlags Bound(IReadOnlyCollection<string> options)
    {
        if (options.Count == 0)
            return this;
        MountFlags named = new MountFlags(["rw"]).With(options);
        string? access = null;
        foreach (string option in options)
        {
            if (option is "noatime" or "strictatime" or "relatime")
                access = option;
            else if ((option == "atime" && access != "strictatime") || (option == "nostrictatime" && access == "strictatime"))
                access = null;
        }
        named._flags.ExceptWith(["noatime", "relatime"]);
        if (access is not null || named._flags.Contains("nodiratime"))
            named.SetAccess(access ?? "relatime");
        else
            named._flags.UnionWith(_flags.Intersect(options.Contains("diratime") ? ["noatime", "relatime"] : ["noatime", "relatime", "nodiratime"]));
        return named;
    }

    public override string ToString() => string.Join(',', _flags.Order());

    // strictatime is what is left when the kernel shows nothing.
    private void SetAccess(string setting)
    {
        _flags.ExceptWith(["noatime", "relatime"]);
        if (setting != "strictatime")
            _flags.Add(setting);
    }
}
