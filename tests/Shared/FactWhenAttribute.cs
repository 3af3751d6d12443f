using Xunit;

namespace OciRuntime.Tests.Shared;

/// <summary>A fact that needs something of the machine; without it the test is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWhenAttribute : FactAttribute
{
    private bool _root;
    private string? _program;
    private string? _sharedData;
    private string? _kernel;
    private bool _unlabelled;
    private bool _userNamespaces;

    /// <summary>The effective user is root.</summary>
    public bool Root
    {
        get => _root;
        set
        {
            _root = value;
            Need(!value || Environment.IsPrivilegedProcess, "needs root");
        }
    }

    /// <summary>Programs, parted by blanks, are installed.</summary>
    public string? Program
    {
        get => _program;
        set
        {
            _program = value;
            foreach (string program in value?.Split(' ') ?? [])
                Need(Machine.FindProgram(program) is not null, $"{program} is not installed");
        }
    }

    /// <summary>A file stands in shared/data beside the checkout.</summary>
    public string? SharedData
    {
        get => _sharedData;
        set
        {
            _sharedData = value;
            Need(value is null || Machine.FindSharedData(value) is not null, $"shared/data/{value} is not beside this checkout");
        }
    }

    /// <summary>The kernel is of this version or newer, as in 6.3.</summary>
    public string? Kernel
    {
        get => _kernel;
        set
        {
            _kernel = value;
            Need(value is null || Environment.OSVersion.Version >= Version.Parse(value), $"needs Linux {value}");
        }
    }

    /// <summary>Neither SELinux nor AppArmor is active.</summary>
    public bool Unlabelled
    {
        get => _unlabelled;
        set
        {
            _unlabelled = value;
            Need(!value || !(Directory.Exists("/sys/fs/selinux/class") || Directory.Exists("/sys/kernel/security/apparmor")), "this machine has labels of SELinux or AppArmor");
        }
    }

    /// <summary>Users may make user namespaces.</summary>
    public bool UserNamespaces
    {
        get => _userNamespaces;
        set
        {
            const string Limit = "/proc/sys/user/max_user_namespaces";
            _userNamespaces = value;
            Need(!value || (File.Exists(Limit) && File.ReadAllText(Limit).Trim() != "0"), "this kernel lets nobody make user namespaces");
        }
    }

    private void Need(bool met, string reason)
    {
        if (!met)
            Skip ??= reason;
    }
}
