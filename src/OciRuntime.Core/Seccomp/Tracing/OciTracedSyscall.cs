namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>A system call of a traced container: how often it was made, and what the container's own profile does with it.</summary>
public sealed class OciTracedSyscall
{
    /// <summary>Its name; <c>syscall_0x1d5</c> for a number that is not in the table.</summary>
    public string Syscall { get; init; } = string.Empty;

    /// <summary>Its number on that architecture.</summary>
    public int Number { get; init; }

    /// <summary>SCMP_ARCH_* name; empty for an architecture without a table.</summary>
    public string Architecture { get; init; } = string.Empty;

    /// <summary>How often it was made; null for a call that can't be seen but that a profile needs.</summary>
    public long? Count { get; init; }

    /// <summary>SCMP_ACT_* that the container's own profile has for it.</summary>
    public string Action { get; init; } = string.Empty;

    /// <summary>errno of SCMP_ACT_ERRNO, message of SCMP_ACT_TRACE; else null.</summary>
    public int? Errno { get; init; }

    /// <summary>
    /// What decides the call: the index of a rule in linux.seccomp.syscalls; <c>default</c>; <c>architectures</c> when its architecture is not listed;
    /// <c>newer</c> when its number is above all numbers that the profile names, so that it gets ENOSYS; <c>none</c> without a profile.
    /// </summary>
    public string Rule { get; init; } = string.Empty;

    /// <summary>Its place in the configuration, as a JSON pointer; empty without a profile.</summary>
    public string Pointer { get; init; } = string.Empty;

    /// <summary>True when the profile lets it through: SCMP_ACT_ALLOW or SCMP_ACT_LOG.</summary>
    public bool Allowed { get; init; }

    /// <summary>True for calls of the launch itself, made after loading the filter and before the program runs.</summary>
    public bool Launch { get; init; }

    /// <summary>Arguments, in hexadecimal: the calls that brought a new value of an argument, until sixteen values of that argument are known.</summary>
    public List<string> Arguments { get; init; } = [];

    /// <summary>When it was made first, in local time.</summary>
    public DateTime? First { get; init; }

    /// <summary>The thread that made it first, by its pid on the host.</summary>
    public int? Pid { get; init; }

    /// <summary>That thread's name (comm); empty when the thread was gone.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>The container.</summary>
    public string Container { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Syscall;
}
