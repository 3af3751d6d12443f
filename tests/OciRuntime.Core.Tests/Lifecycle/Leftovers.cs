namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>What containers could leave on the machine: counted before and after.</summary>
/// <param name="Mounts">Mounts of this process's namespace on and of the tests' directories: others of the machine come and go.</param>
/// <param name="Cgroups">Directories of cgroups with the test's name.</param>
/// <param name="Descriptors">Descriptors of this process.</param>
/// <param name="Helpers">Processes that are a helper or a supervisor of this process's containers, and zombie children.</param>
public readonly record struct Leftovers(int Mounts, int Cgroups, int Descriptors, int Helpers)
{
    public static Leftovers Count(string name) => new(
        File.ReadAllLines("/proc/self/mountinfo").Count(line => line.Contains("oci-tests", StringComparison.Ordinal) || line.Contains(name, StringComparison.Ordinal)),
        Directory.EnumerateDirectories("/sys/fs/cgroup", "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true })
            .Count(directory => directory.Contains(name, StringComparison.Ordinal)),
        Descriptors_(),
        Children());

    // Sockets and pipes of the test host itself come and go: what the runtime opens are memfds, pidfds and files of the state root.
    private static int Descriptors_() => Directory.EnumerateFiles("/proc/self/fd").Select(Target)
        .Count(target => target.Contains("memfd:oci", StringComparison.Ordinal) || target.Contains("pidfd", StringComparison.Ordinal) || target.Contains("oci-tests-", StringComparison.Ordinal));

    private static int Children() => Directory.EnumerateDirectories("/proc").Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0])).Count(directory =>
    {
        try
        {
            string stat = File.ReadAllText(directory + "/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[1] == Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture) && (fields[0] == "Z" || stat.Contains("(oci-", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName ?? string.Empty;
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
