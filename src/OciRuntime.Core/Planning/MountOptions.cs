using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// mounts[].options in the kernel's terms (mount(8), runtime-spec config-linux "Linux mount options"). If options contradict each
/// other, the last one counts.
/// </summary>
internal sealed class MountOptions
{
    private static readonly (string Name, Action<MountOptions> Apply)[] s_flags =
    [
        ("bind", static o => o.Bind = true),
        ("rbind", static o => o.Bind = o.RecursiveBind = true),
        ("remount", static o => o.Remount = true),
        ("tmpcopyup", static o => o.CopyUp = true),
        ("idmap", static o => (o.IdMap, o.RecursiveIdMap) = (true, false)),
        ("ridmap", static o => o.IdMap = o.RecursiveIdMap = true),
        ("src-nofollow", static o => o.SourceNoFollow = true),
        ("dest-nofollow", static o => o.TargetNoFollow = true),
        // Superblock flags that fsconfig(2) knows by these names; each option takes back its opposite.
        ("sync", static o => o.Replace("async", "sync")),
        ("async", static o => o.Replace("sync", "async")),
        ("dirsync", static o => o.Replace("nodirsync", "dirsync")),
        ("mand", static o => o.Replace("nomand", "mand")),
        ("nomand", static o => o.Replace("mand", "nomand")),
        ("lazytime", static o => o.Replace("nolazytime", "lazytime")),
        ("nolazytime", static o => o.Replace("lazytime", "nolazytime")),
        // MS_SILENT and MS_I_VERSION mean nothing to the new mount API; "defaults" never meant anything.
        ("silent", static _ => { }),
        ("loud", static _ => { }),
        ("iversion", static _ => { }),
        ("noiversion", static _ => { }),
        ("defaults", static _ => { }),
    ];

    private MountAttributeChange _plain, _recursive = new(ofTree: true);
    private List<string>? _data;

    /// <summary>Every option that is interpreted here, sorted; all others are passed to the filesystem.</summary>
    public static IReadOnlyList<string> Known =>
        [
            .. MountAttributeChange.Names.SelectMany(static name => new[] { name, "r" + name })
                .Concat(s_flags.Select(static flag => flag.Name)).Concat(PropagationNames.All).Order(StringComparer.Ordinal),
        ];

    /// <summary>bind or rbind.</summary>
    public bool Bind { get; private set; }

    /// <summary>rbind.</summary>
    public bool RecursiveBind { get; private set; }

    /// <summary>remount.</summary>
    public bool Remount { get; private set; }

    /// <summary>tmpcopyup.</summary>
    public bool CopyUp { get; private set; }

    /// <summary>idmap or ridmap.</summary>
    public bool IdMap { get; private set; }

    /// <summary>ridmap.</summary>
    public bool RecursiveIdMap { get; private set; }

    /// <summary>src-nofollow.</summary>
    public bool SourceNoFollow { get; private set; }

    /// <summary>dest-nofollow.</summary>
    public bool TargetNoFollow { get; private set; }

    /// <summary>Propagation, or none.</summary>
    public Propagation Propagation { get; private set; }

    /// <summary>Attributes to set on the mount itself.</summary>
    public MountAttributes Set => _plain.Set;

    /// <summary>Attributes to clear on the mount itself; an access time setting is cleared before another is set.</summary>
    public MountAttributes Clear => _plain.Clear;

    /// <summary>Whether the options set or clear an attribute of the mount itself.</summary>
    public bool Named { get; private set; }

    /// <summary>
    /// Attributes that a bind mount also clears because they are not named, like mount(2) with MS_REMOUNT and MS_BIND. The source's access time stays unless one is named.
    /// </summary>
    public MountAttributes Unnamed
    {
        get
        {
            const MountAttributes Always = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV
                | MountAttributes.MOUNT_ATTR_NOEXEC | MountAttributes.MOUNT_ATTR_NOSYMFOLLOW;
            const MountAttributes AccessTimes = MountAttributes.MOUNT_ATTR__ATIME | MountAttributes.MOUNT_ATTR_NODIRATIME;
            bool accessTime = (Clear & MountAttributes.MOUNT_ATTR__ATIME) != 0 || (Set & MountAttributes.MOUNT_ATTR_NODIRATIME) != 0;
            return Named ? (accessTime ? Always | AccessTimes : Always) & ~(Set | Clear) : MountAttributes.None;
        }
    }

    /// <summary>Attributes to set on the mount and all mounts below it.</summary>
    public MountAttributes RecursiveSet => _recursive.Set;

    /// <summary>Attributes to clear on the mount and all mounts below it.</summary>
    public MountAttributes RecursiveClear => _recursive.Clear;

    /// <summary>The attributes of a new filesystem, which has no mounts below it.</summary>
    public MountAttributes AllSet => (Set & ~RecursiveClear) | RecursiveSet;

    /// <summary>Filesystem parameters: every option that is not in the table, and superblock flags.</summary>
    public IReadOnlyList<string> Data => _data ?? (IReadOnlyList<string>)[];

    /// <summary>Reads the list; an option that is not in the table is a filesystem parameter.</summary>
    public static MountOptions Parse(IReadOnlyList<string>? options)
    {
        var result = new MountOptions();
        if (options is null)
            return result;
        for (int i = 0; i < options.Count; i++)
        {
            string option = options[i];
            if (result._plain.Apply(option))
                result.Named = true;
            else if (!(option.StartsWith('r') && result._recursive.Apply(option.AsSpan(1))) && !result.ApplyFlag(option))
                result.AddData(option);
        }
        // A new filesystem has no flags to take back.
        if (!result.Remount)
            result._data?.RemoveAll(static option => option is "async" or "nomand" or "nolazytime");
        return result;
    }

    /// <summary>True when a parameter with this name is among the data.</summary>
    public bool HasData(string name)
    {
        for (int i = 0; i < Data.Count; i++)
        {
            if (Data[i].Length > name.Length && Data[i][name.Length] == '=' && Data[i].StartsWith(name, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private bool ApplyFlag(string option)
    {
        foreach ((string name, Action<MountOptions> apply) in s_flags)
        {
            if (name == option)
            {
                apply(this);
                return true;
            }
        }
        if (PropagationNames.Parse(option) is not Propagation.None and var propagation)
        {
            Propagation = propagation;
            return true;
        }
        return option.Length == 0;
    }

    private void AddData(string option) => (_data ??= []).Add(option);

    private void Replace(string old, string option)
    {
        Remove(old);
        Remove(option);
        AddData(option);
    }

    private void Remove(string option) => _data?.Remove(option);
}
