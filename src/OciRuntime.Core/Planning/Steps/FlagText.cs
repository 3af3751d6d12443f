using System.Globalization;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>Flags in the words of a config.json.</summary>
internal static class FlagText
{
    public static string Namespaces(CloneBits flags)
    {
        ReadOnlySpan<CloneBits> order =
        [
            CloneBits.CLONE_NEWUSER, CloneBits.CLONE_NEWTIME, CloneBits.CLONE_NEWPID, CloneBits.CLONE_NEWNS, CloneBits.CLONE_NEWNET,
            CloneBits.CLONE_NEWIPC, CloneBits.CLONE_NEWUTS, CloneBits.CLONE_NEWCGROUP,
        ];
        string text = string.Empty;
        foreach (CloneBits flag in order)
        {
            if ((flags & flag) != 0)
                text = Join(text, NamespaceKind.Of(flag).Type);
        }
        return text;
    }

    public static string Attributes(MountAttributes set, MountAttributes clear, bool recursive)
    {
        string r = recursive ? "r" : string.Empty;
        string text = string.Empty;
        foreach ((string on, string off, MountAttributes flag) in MountAttributeNames.All)
        {
            if ((set & flag) != 0)
                text = Join(text, r + on);
            else if ((clear & flag) != 0)
                text = Join(text, r + off);
        }
        if ((set & MountAttributes.MOUNT_ATTR_NOATIME) != 0)
            text = Join(text, r + "noatime");
        else if ((set & MountAttributes.MOUNT_ATTR_STRICTATIME) != 0)
            text = Join(text, r + "strictatime");
        else if ((clear & MountAttributes.MOUNT_ATTR__ATIME) != 0)
            text = Join(text, r + "relatime");
        return text;
    }

    public static string Capabilities(ulong set)
    {
        IReadOnlyList<string> names = CapabilityNames.All;
        if (set == 0)
            return "none";
        if (set == (1ul << names.Count) - 1)
            return "all";
        string text = string.Empty;
        for (int i = 0; i < names.Count; i++)
        {
            if ((set & (1ul << i)) != 0)
                text = Join(text, names[i]);
        }
        return text;
    }

    public static string Fd(PlanFd fd) => fd switch
    {
        PathFd path => path.Path,
        IdMapsFd maps => maps.UserNamespace ?? "uids " + Maps(maps.UidMappings) + " gids " + Maps(maps.GidMappings),
        InheritedFd inherited => "fd " + inherited.Number.ToString(CultureInfo.InvariantCulture),
        RoleFd role => role.Role switch
        {
            PlanFdRole.StateDirectory => "state directory",
            PlanFdRole.StateRoot => "state root",
            PlanFdRole.LogFile => "log",
            PlanFdRole.StdoutReader => "stdout",
            PlanFdRole.StderrReader => "stderr",
            PlanFdRole.SupervisorConsoleReader or PlanFdRole.SupervisorConsoleWriter => "supervisor",
            PlanFdRole.ConsoleSocket => "console socket",
            PlanFdRole.Gate => "gate",
            PlanFdRole.HookState => "state",
            PlanFdRole.HookOutput => "output",
            PlanFdRole.InitPidfd => "init",
            _ => string.Empty,
        },
        _ => string.Empty,
    };

    // "1000:0:1" maps one id: 1000 on the filesystem is 0 in the mount.
    private static string Maps(IReadOnlyList<OciIdMapping> mappings) =>
        string.Join('+', mappings.Select(map => string.Create(CultureInfo.InvariantCulture, $"{map.ContainerID}:{map.HostID}:{map.Size}")));

    public static string Octal(uint mode) => "0" + Convert.ToString(mode, 8);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Join(string text, string word) => text.Length == 0 ? word : word.Length == 0 ? text : text + "," + word;

    /// <summary>Joins two texts with a space unless one of them is empty.</summary>
    public static string Words(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : first + " " + second;
}
