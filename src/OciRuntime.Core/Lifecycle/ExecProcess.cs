using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lifecycle;

/// <summary>The process of an exec: the request, completed from the container's own process.</summary>
internal static class ExecProcess
{
    public static OciProcess Build(OciProcess? container, ExecRequest request)
    {
        OciProcess basis = container ?? new OciProcess { Cwd = "/" };
        if (request.Process is { } whole)
            return Complete(whole, basis);
        if (request.Args.Count == 0)
            throw new OciException(OciErrorCode.InvalidArgument, $"no program was given for container {request.Id}") { Object = request.Id };
        return basis with
        {
            Terminal = request.Terminal,
            ConsoleSize = null,
            Args = [.. request.Args],
            Env = MergeEnv(basis.Env, request.Env),
            Cwd = request.Cwd ?? (basis.Cwd.Length > 0 ? basis.Cwd : "/"),
            User = MergeUser(basis.User, request),
            Capabilities = AddCapabilities(basis.Capabilities, request.Capabilities),
            NoNewPrivileges = request.NoNewPrivileges ?? basis.NoNewPrivileges,
            ApparmorProfile = request.Apparmor ?? basis.ApparmorProfile,
            SelinuxLabel = request.ProcessLabel ?? basis.SelinuxLabel,
        };
    }

    /// <summary>UID[:GID], decimal digits only: "1:" or "-1" must not be read as root (CVE-2026-30892).</summary>
    internal static (uint Uid, uint? Gid) ParseUser(string user)
    {
        int colon = user.IndexOf(':', StringComparison.Ordinal);
        uint? uid = ParseId(colon < 0 ? user : user[..colon]);
        uint? gid = colon < 0 ? null : ParseId(user[(colon + 1)..]);
        if (uid is not { } id || (colon >= 0 && gid is null))
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"user \"{user}\" is not UID or UID:GID")
            {
                Object = user,
                Hint = "digits only, each below 4294967295; names are not looked up",
            };
        }
        return (id, gid);
    }

    // 4294967295 is (uid_t)-1, which tells the kernel to change nothing. TryParse alone accepts trailing NULs.
    private static uint? ParseId(string digits) =>
        !digits.AsSpan().ContainsAnyExceptInRange('0', '9') && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue
            ? id
            : null;

    // Properties that a process file leaves out are the container's, as in runc.
    private static OciProcess Complete(OciProcess process, OciProcess container) => process with
    {
        Args = process.Args is { Count: > 0 } ? process.Args : throw new OciException(OciErrorCode.InvalidSpec, "/args: the process has no program") { SpecPointer = "/args", Refusal = Refusal.ProcessWithoutArgs },
        Cwd = process.Cwd.Length > 0 ? process.Cwd : "/",
        Capabilities = process.Capabilities ?? container.Capabilities,
        Rlimits = process.Rlimits is { Count: > 0 } ? process.Rlimits : container.Rlimits,
        ApparmorProfile = string.IsNullOrEmpty(process.ApparmorProfile) ? container.ApparmorProfile : process.ApparmorProfile,
        OomScoreAdj = process.OomScoreAdj ?? container.OomScoreAdj,
        SelinuxLabel = string.IsNullOrEmpty(process.SelinuxLabel) ? container.SelinuxLabel : process.SelinuxLabel,
        Scheduler = process.Scheduler ?? container.Scheduler,
        IOPriority = process.IOPriority ?? container.IOPriority,
        ExecCPUAffinity = process.ExecCPUAffinity ?? container.ExecCPUAffinity,
    };

    private static OciUser MergeUser(OciUser? container, ExecRequest request)
    {
        (uint Uid, uint? Gid)? given = request.User is { } text ? ParseUser(text) : null;
        OciUser basis = container ?? new OciUser();
        return basis with { Uid = given?.Uid ?? basis.Uid, Gid = given?.Gid ?? basis.Gid, AdditionalGids = [.. basis.AdditionalGids ?? [], .. request.AdditionalGids] };
    }

    private static List<string> MergeEnv(List<string>? container, IReadOnlyList<string> added)
    {
        var env = new List<string>(container ?? []);
        foreach (string entry in added)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                env.RemoveAll(old => old.Length > equals && old.AsSpan(0, equals + 1).SequenceEqual(entry.AsSpan(0, equals + 1)));
            env.Add(entry);
        }
        return env;
    }

    // Never inheritable: a file with inheritable bits would give them to any user (CVE-2022-29162).
    private static OciCapabilities? AddCapabilities(OciCapabilities? container, IReadOnlyList<string> added)
    {
        if (added.Count == 0)
            return container;
        var names = added.Select(static name => name.StartsWith("CAP_", StringComparison.OrdinalIgnoreCase) ? name.ToUpperInvariant() : "CAP_" + name.ToUpperInvariant()).ToList();
        return (container ?? new OciCapabilities()) with
        {
            Bounding = Union(container?.Bounding, names),
            Effective = Union(container?.Effective, names),
            Permitted = Union(container?.Permitted, names),
            // Inheritable capabilities of the container become ambient, so that programs without file capabilities get them, as in runc.
            Ambient = container?.Inheritable is { Count: > 0 } ? Union(container.Ambient, [.. names.Intersect(container.Inheritable)]) : container?.Ambient,
        };
    }

    private static List<string> Union(List<string>? set, List<string> added) => [.. (set ?? []).Union(added)];
}
