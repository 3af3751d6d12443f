using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>
/// mounts[].options in the kernel's terms (mount(8), runtime-spec config-linux "Linux mount options"). Of options that contradict each
/// other the later one counts.
/// </summary>
internal sealed class MountOptions
{
    private Attributes _plain, _recursive;
    private List<string>? _data;

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

    /// <summary>Attributes to clear on it; an access time setting is cleared before another is set.</summary>
    public MountAttributes Clear => _plain.Clear;

    /// <summary>Attributes to set on it and all mounts below.</summary>
    public MountAttributes RecursiveSet => _recursive.Set;

    /// <summary>Attributes to clear likewise.</summary>
    public MountAttributes RecursiveClear => _recursive.Clear;

    /// <summary>What a new filesystem, which has nothing below it, gets.</summary>
    public MountAttributes AllSet => (Set & ~RecursiveClear) | RecursiveSet;

    /// <summary>Filesystem parameters: everything that is not in the table.</summary>
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
            if (!result._plain.Apply(option) && !(option.Length > 1 && option[0] == 'r' && result._recursive.Apply(option.AsSpan(1))) && !result.ApplyFlag(option))
                result.AddData(option);
        }
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
        switch (option)
        {
            case "bind": Bind = true; RecursiveBind = false; return true;
            case "rbind": Bind = RecursiveBind = true; return true;
            case "remount": Remount = true; return true;
            case "tmpcopyup": CopyUp = true; return true;
            case "idmap": (IdMap, RecursiveIdMap) = (true, false); return true;
            case "ridmap": IdMap = RecursiveIdMap = true; return true;
            case "src-nofollow": SourceNoFollow = true; return true;
            case "dest-nofollow": TargetNoFollow = true; return true;
            case "private": Propagation = Propagation.MS_PRIVATE; return true;
            case "rprivate": Propagation = Propagation.MS_PRIVATE | Propagation.MS_REC; return true;
            case "shared": Propagation = Propagation.MS_SHARED; return true;
            case "rshared": Propagation = Propagation.MS_SHARED | Propagation.MS_REC; return true;
            case "slave": Propagation = Propagation.MS_SLAVE; return true;
            case "rslave": Propagation = Propagation.MS_SLAVE | Propagation.MS_REC; return true;
            case "unbindable": Propagation = Propagation.MS_UNBINDABLE; return true;
            case "runbindable": Propagation = Propagation.MS_UNBINDABLE | Propagation.MS_REC; return true;
            // Superblock flags that fsconfig(2) knows by these names; the opposites take them back.
            case "sync": Replace("async", option); return true;
            case "async": Remove("sync"); return true;
            case "dirsync" or "mand" or "lazytime": Replace("no" + option, option); return true;
            case "nomand": Remove("mand"); return true;
            case "nolazytime": Remove("lazytime"); return true;
            // MS_SILENT and MS_I_VERSION have no meaning for the mount API any more; "defaults" has none at all.
            case "silent" or "loud" or "iversion" or "noiversion" or "defaults": return true;
            case "": return true;
            default: return false;
        }
    }

    private void AddData(string option) => (_data ??= []).Add(option);

    private void Replace(string old, string option)
    {
        Remove(old);
        Remove(option);
        AddData(option);
    }

    private void Remove(string option) => _data?.Remove(option);

    /// <summary>One set of attribute changes, of the mount or of the tree.</summary>
    private struct Attributes
    {
        private MountAttributes _atime;

        public MountAttributes Set { get; private set; }

        public MountAttributes Clear { get; private set; }

        public bool Apply(ReadOnlySpan<char> option)
        {
            switch (option)
            {
                case "ro": return On(MountAttributes.MOUNT_ATTR_RDONLY);
                case "rw": return Off(MountAttributes.MOUNT_ATTR_RDONLY);
                case "nosuid": return On(MountAttributes.MOUNT_ATTR_NOSUID);
                case "suid": return Off(MountAttributes.MOUNT_ATTR_NOSUID);
                case "nodev": return On(MountAttributes.MOUNT_ATTR_NODEV);
                case "dev": return Off(MountAttributes.MOUNT_ATTR_NODEV);
                case "noexec": return On(MountAttributes.MOUNT_ATTR_NOEXEC);
                case "exec": return Off(MountAttributes.MOUNT_ATTR_NOEXEC);
                case "nodiratime": return On(MountAttributes.MOUNT_ATTR_NODIRATIME);
                case "diratime": return Off(MountAttributes.MOUNT_ATTR_NODIRATIME);
                case "nosymfollow": return On(MountAttributes.MOUNT_ATTR_NOSYMFOLLOW);
                case "symfollow": return Off(MountAttributes.MOUNT_ATTR_NOSYMFOLLOW);
                case "noatime": return Atime(MountAttributes.MOUNT_ATTR_NOATIME);
                case "strictatime": return Atime(MountAttributes.MOUNT_ATTR_STRICTATIME);
                case "relatime": return Atime(MountAttributes.None);
                // Takes noatime back.
                case "atime": return _atime == MountAttributes.MOUNT_ATTR_STRICTATIME || Atime(MountAttributes.None);
                // Takes strictatime back; on its own it changes nothing.
                case "nostrictatime": return _atime != MountAttributes.MOUNT_ATTR_STRICTATIME || Atime(MountAttributes.None);
                // relatime is what the kernel does when nothing else is said: there is no "not".
                case "norelatime": return true;
                default: return false;
            }
        }

        private bool On(MountAttributes flag)
        {
            Set |= flag;
            Clear &= ~flag;
            return true;
        }

        private bool Off(MountAttributes flag)
        {
            Set &= ~flag;
            Clear |= flag;
            return true;
        }

        private bool Atime(MountAttributes setting)
        {
            _atime = setting;
            Set = (Set & ~MountAttributes.MOUNT_ATTR__ATIME) | setting;
            Clear |= MountAttributes.MOUNT_ATTR__ATIME;
            return true;
        }
    }
}
