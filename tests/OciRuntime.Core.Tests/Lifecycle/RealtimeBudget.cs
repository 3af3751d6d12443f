namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>
/// Where the kernel shares realtime out to v1 cgroups (CONFIG_RT_GROUP_SCHED), none below the root has any: gives some to that of the tests.
/// </summary>
internal sealed class RealtimeBudget : IDisposable
{
    private const string Directory = "/sys/fs/cgroup/cpu/oci-tests", File = Directory + "/cpu.rt_runtime_us";

    private RealtimeBudget()
    {
    }

    /// <summary>Null where cgroups have nothing to do with it.</summary>
    public static RealtimeBudget? Raise()
    {
        if (!System.IO.File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us"))
            return null;
        System.IO.Directory.CreateDirectory(Directory);
        System.IO.File.WriteAllText(File, "10000");
        return new RealtimeBudget();
    }

    // The kernel counts a cgroup for a while after it is removed.
    public void Dispose() => SpinWait.SpinUntil(
        static () =>
        {
            try
            {
                System.IO.File.WriteAllText(File, "0");
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(5));
}
