using System.Reflection;
using Xunit;
using Xunit.v3;

namespace OciRuntime.Tests.Shared;

/// <summary>
/// What a test needs of the machine, or each of a class or an assembly: without it the test is skipped and says why. By then its class is constructed.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
internal class NeedsAttribute : BeforeAfterTestAttribute, ITraitAttribute
{
    /// <summary>Containers can be made: the effective user is root, and there is a busybox for their root.</summary>
    public bool Containers { get; set; }

    /// <summary>The effective user is root.</summary>
    public bool Root { get; set; }

    /// <summary>Programs, parted by blanks, are installed.</summary>
    public string? Program { get; set; }

    /// <summary>The kernel is of this version or newer, as in 6.3.</summary>
    public string? Kernel { get; set; }

    /// <summary>The kernel has memory policies.</summary>
    public bool MemoryPolicies { get; set; }

    /// <summary>Users may make user namespaces.</summary>
    public bool UserNamespaces { get; set; }

    /// <summary>Neither SELinux nor AppArmor is active.</summary>
    public bool Unlabelled { get; set; }

    /// <summary>The machine was booted with systemd.</summary>
    public bool Systemd { get; set; }

    /// <summary>The checkout is above the tests: where only the built tests are, it is not.</summary>
    public bool Checkout { get; set; }

    /// <summary>A file or directory stands in shared/data beside the checkout.</summary>
    public string? SharedData { get; set; }

    /// <summary>A test that depends on the kernel and what runs on it needs a machine, one that depends on files beside its sources a checkout.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("needs", Checkout || SharedData is not null ? "checkout" : "machine")];

    public sealed override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Missing() is { } reason)
            Assert.Skip(reason);
    }

    /// <summary>What is missing, or null.</summary>
    protected virtual string? Missing() =>
        Containers && Machine.MissingForContainers is { } missing ? missing
        : Root && !Environment.IsPrivilegedProcess ? "needs root"
        : Systemd && !Directory.Exists("/run/systemd/system") ? "this machine was not booted with systemd"
        : Program?.Split(' ').FirstOrDefault(static program => Machine.FindProgram(program) is null) is { } program ? $"{program} is not installed"
        : Kernel is not null && Environment.OSVersion.Version < Version.Parse(Kernel) ? $"needs Linux {Kernel}"
        : MemoryPolicies && !File.Exists("/proc/self/numa_maps") ? "this kernel has no memory policies (CONFIG_NUMA)"
        : UserNamespaces && ReadOrZero("/proc/sys/user/max_user_namespaces") == "0" ? "this kernel lets nobody make user namespaces"
        : Unlabelled && (Directory.Exists("/sys/fs/selinux/class") || Directory.Exists("/sys/kernel/security/apparmor")) ? "this machine has labels of SELinux or AppArmor"
        : Checkout && Machine.FindInCheckout(string.Empty) is null ? "the checkout is not above the tests"
        : SharedData is not null && Machine.FindSharedData(SharedData) is null ? $"shared/data/{SharedData} is not beside this checkout"
        : null;

    private static string ReadOrZero(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "0";
}
