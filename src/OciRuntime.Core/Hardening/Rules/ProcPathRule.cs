using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>Parts of /proc and /sys that belong to the whole machine and are neither masked nor read-only.</summary>
internal sealed class ProcPathRule : ISecurityRule
{
    private static readonly OciLinux s_default = SpecDefaults.Create().Linux!;

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        OciLinux linux = facts.Spec.Linux ?? new OciLinux();
        string[] mounted = [.. (facts.Spec.Mounts ?? []).Select(static mount => mount.Destination).Where(static destination => destination is "/proc" or "/sys")];
        string[] readable = [.. s_default.MaskedPaths!.Where(path => IsMounted(path) && !IsBelow(path, linux.MaskedPaths))];
        if (readable.Length > 0)
        {
            yield return new OciSecurityFinding(
                "MaskedPaths", OciSecuritySeverity.Medium, "/linux/maskedPaths", "can be read, and reveal details of the kernel and the machine: " + string.Join(' ', readable),
                "use the linux.maskedPaths of New-OciSpec");
        }
        string[] writable = [.. s_default.ReadonlyPaths!.Where(path => IsMounted(path) && !IsReadOnly(path) && !IsBelow(path, linux.ReadonlyPaths) && !IsBelow(path, linux.MaskedPaths))];
        if (writable.Length > 0)
        {
            // /proc/sys/kernel/core_pattern names a program that the kernel runs as root of the host.
            yield return new OciSecurityFinding(
                "ReadonlyPaths", facts.IsHostRoot ? OciSecuritySeverity.Critical : OciSecuritySeverity.Medium, "/linux/readonlyPaths",
                "can be written to, and change settings of the machine: " + string.Join(' ', writable), "use the linux.readonlyPaths of New-OciSpec");
        }

        bool IsMounted(string path) => mounted.Any(directory => path.StartsWith(directory + "/", StringComparison.Ordinal));
        bool IsReadOnly(string path) => facts.Spec.Mounts!.FindLast(mount => mount.Destination is { Length: > 0 } place && path.StartsWith(place + "/", StringComparison.Ordinal)) is { } last
            && (MountOptions.Parse(last.Options).AllSet & MountAttributes.MOUNT_ATTR_RDONLY) != 0;
    }

    private static bool IsBelow(string path, List<string>? directories) =>
        directories?.Exists(directory => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal)) == true;
}
