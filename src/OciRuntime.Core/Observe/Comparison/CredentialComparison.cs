using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>User, groups and capabilities (credentials(7), capabilities(7)).</summary>
internal static class CredentialComparison
{
    public static void Compare(LaunchPlan plan, string process, int lastCapability, Differences found)
    {
        ProcessFields fields = ProcessFields.TryRead(process) is { } read ? read : throw ContainerComparison.Ended(process);
        UserStep user = plan.Steps.OfType<UserStep>().First();
        CompareUser(user, fields, process, found);
        ulong known = lastCapability >= 63 ? ulong.MaxValue : (1ul << (lastCapability + 1)) - 1;
        CompareCapabilities(plan, user.Uid, fields, known, found);
    }

    // The process's ids belong to the container's user namespace; /proc translates them into this process's.
    private static void CompareUser(UserStep user, ProcessFields fields, string process, Differences found)
    {
        IdMap uids = IdMap.Read(process + "/uid_map"), gids = IdMap.Read(process + "/gid_map");
        // Real, effective, saved, filesystem.
        found.Check("user", Number(user.Uid), uids.Inside(fields.Words("Uid").ElementAtOrDefault(1)), "/process/user/uid");
        found.Check("group", Number(user.Gid), gids.Inside(fields.Words("Gid").ElementAtOrDefault(1)), "/process/user/gid");
        if (user.Groups is not { } groups)
            return;
        found.Check(
            "additional groups", Text(groups.Distinct().Order().Select(static gid => Number(gid))),
            Text(fields.Words("Groups").Select(gids.Inside).Distinct().OrderBy(static gid => uint.TryParse(gid, out uint number) ? number : uint.MaxValue)), "/process/user/additionalGids");
    }

    // execve(2) recomputes the sets, for root from the bounding set (capabilities(7), "Transformation of capabilities during execve()").
    private static void CompareCapabilities(LaunchPlan plan, uint uid, ProcessFields fields, ulong known, Differences found)
    {
        CapabilitiesStep sets = plan.Steps.OfType<CapabilitiesStep>().First();
        ulong bounding = plan.Steps.OfType<CapBoundingStep>().First().Keep & known;
        if (!plan.Steps.Any(static step => step is UnshareStep { Namespaces: CloneBits.CLONE_NEWUSER } or JoinNamespaceStep { Namespaces: CloneBits.CLONE_NEWUSER }))
            bounding &= ProcessFields.TryRead("/proc/self")?.Bits("CapBnd") ?? known; // a dropped capability never returns to the bounding set
        ulong permitted = sets.Ambient;
        if (uid == 0)
        {
            permitted = bounding | sets.Inheritable;
            if (plan.Steps.Any(static step => step is NoNewPrivilegesStep))
                permitted &= sets.Permitted;
            permitted |= sets.Ambient;
        }
        Check("bounding", bounding, "CapBnd");
        Check("permitted", permitted, "CapPrm");
        Check("effective", permitted, "CapEff");
        Check("inheritable", sets.Inheritable, "CapInh");
        Check("ambient", sets.Ambient, "CapAmb");

        void Check(string name, ulong expected, string field) =>
            found.Check(name + " capabilities", FlagText.Capabilities(expected & known), FlagText.Capabilities(fields.Bits(field)), "/process/capabilities/" + name);
    }

    private static string Number(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Text(IEnumerable<string> ids) => string.Join(',', ids) is { Length: > 0 } text ? text : "none";

    /// <summary>uid_map or gid_map (user_namespaces(7)), read from outside.</summary>
    private sealed class IdMap
    {
        private readonly List<(uint Inside, uint Outside, uint Count)> _lines = [];

        public static IdMap Read(string path)
        {
            var map = new IdMap();
            foreach (string line in ContainerComparison.Read(path).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                uint[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static word => uint.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture))];
                if (numbers is [uint inside, uint outside, uint count])
                    map._lines.Add((inside, outside, count));
            }
            return map;
        }

        /// <summary>Translates an id that /proc shows into the container's.</summary>
        public string Inside(string? shown)
        {
            if (!uint.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
                return "unknown";
            foreach ((uint inside, uint outside, uint count) in _lines)
            {
                if (id >= outside && id - outside < count)
                    return Number(inside + (id - outside));
            }
            return Number(id) + " outside";
        }
    }
}
