using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning;

/// <summary>How options change the attributes of a mount, or of all mounts of a tree. If options contradict each other, the last one counts.</summary>
internal struct MountAttributeChange(bool ofTree)
{
    // In addition to MountAttributeNames. Each has a recursive form too, prefixed with an r.
    private static readonly (string Name, Change Change, MountAttributes Flag)[] s_accessTimes =
    [
        ("noatime", Change.AccessTime, MountAttributes.MOUNT_ATTR_NOATIME),
        ("strictatime", Change.AccessTime, MountAttributes.MOUNT_ATTR_STRICTATIME),
        ("relatime", Change.AccessTime, MountAttributes.None),
        ("atime", Change.NoAccessTimeUnless, MountAttributes.MOUNT_ATTR_STRICTATIME),
        // Only takes back an earlier strictatime.
        ("nostrictatime", Change.NoAccessTimeIf, MountAttributes.MOUNT_ATTR_STRICTATIME),
        // relatime is the kernel's default, so its opposite changes nothing.
        ("norelatime", Change.Nothing, MountAttributes.None),
    ];

    private enum Change
    {
        Nothing,
        AccessTime,
        NoAccessTimeUnless,
        NoAccessTimeIf,
    }

    private readonly bool _ofTree = ofTree;
    private MountAttributes _atime;

    /// <summary>Every option that <see cref="Apply(ReadOnlySpan{char})"/> knows.</summary>
    public static IEnumerable<string> Names =>
        MountAttributeNames.All.SelectMany(static attribute => new[] { attribute.On, attribute.Off }).Concat(s_accessTimes.Select(static setting => setting.Name));

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; private set; }

    /// <summary>Attributes to clear; an access time setting is cleared before another is set.</summary>
    public MountAttributes Clear { get; private set; }

    /// <summary>Applies an option; false when it is not one of <see cref="Names"/>.</summary>
    public bool Apply(ReadOnlySpan<char> option)
    {
        foreach ((string on, string off, MountAttributes flag) in MountAttributeNames.All)
        {
            if (option.SequenceEqual(on))
                return On(flag);
            if (option.SequenceEqual(off))
                return Off(flag);
        }
        foreach ((string name, Change change, MountAttributes flag) in s_accessTimes)
        {
            if (option.SequenceEqual(name))
                return Apply(change, flag);
        }
        return false;
    }

    private bool Apply(Change change, MountAttributes flag) => change switch
    {
        Change.AccessTime => Atime(flag),
        // atime takes noatime back and nostrictatime takes strictatime back; neither touches the other.
        Change.NoAccessTimeUnless => _atime == flag || NoAtime(),
        Change.NoAccessTimeIf => _atime != flag || NoAtime(),
        _ => true,
    };

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

    // No access time is named any more, so the source's stays. A recursive mount_setattr(2) can't express that: there it becomes the kernel's default.
    private bool NoAtime()
    {
        if (_ofTree)
            return Atime(MountAttributes.None);
        _atime = MountAttributes.None;
        Set &= ~MountAttributes.MOUNT_ATTR__ATIME;
        Clear &= ~MountAttributes.MOUNT_ATTR__ATIME;
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
