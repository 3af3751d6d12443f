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

    private void Need(bool met, string reason)
    {
        if (!met)
            Skip ??= reason;
    }
}
