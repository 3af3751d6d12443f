using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning;

/// <summary>What options change of the attributes of a mount, or of all mounts of a tree. Of options that contradict each other the later one counts.</summary>
internal struct MountAttributeChange(bool ofTree)
{
    // Beside MountAttributeNames. Each has a recursive form too, with an r before it.
    private static readonly (string Name, Change Change, MountAttributes Flag)[] s_accessTimes =
    [
        ("noatime", Change.AccessTime, MountAttributes.MOUNT_ATTR_NOATIME),
        ("strictatime", Change.AccessTime, MountAttributes.MOUNT_ATTR_STRICTATIME),
        ("relatime", Change.AccessTime, MountAttributes.None),
        ("atime", Change.NoAccessTimeUnless, MountAttributes.MOUNT_ATTR_STRICTATIME),
        // On its own it changes nothing.
        ("nostrictatime", Change.NoAccessTimeIf, MountAttributes.MOUNT_ATTR_STRICTATIME),
        // relatime is what the kernel does when nothing else is said: there is no "not".
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

    /// <summary>Every option that this takes.</summary>
    public static IEnumerable<string> Names =>
        MountAttributeNames.All.SelectMany(static attribute => new[] { attribute.On, attribute.Off }).Concat(s_accessTimes.Select(static setting => setting.Name));

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; private set; }

    /// <summary>Attributes to clear; an access time setting is cleared before another is set.</summary>
    public MountAttributes Clear { get; private set; }

    /// <summary>Takes an option in; false when it is none of <see cref="Names"/>.</summary>
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
        // Takes noatime or strictatime back; the other of the two stays.
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

    // Then none is named, and the source's counts. mount_setattr(2) of a tree has no word for that: it is the kernel's default there.
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
