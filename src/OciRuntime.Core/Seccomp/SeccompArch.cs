namespace OciRuntime.Core.Seccomp;

/// <summary>An architecture of a filter: the spec's name, the kernel's AUDIT_ARCH token, and what system calls look like there.</summary>
/// <param name="Name">SCMP_ARCH_* name.</param>
/// <param name="Token">AUDIT_ARCH_* (linux/audit.h), the <c>arch</c> field of seccomp_data.</param>
/// <param name="Table">Which column of <see cref="SyscallTable"/>.</param>
/// <param name="Is64Bit">Arguments are compared in 64 bits; not on x32, whose longs have 32 (as in libseccomp).</param>
internal sealed record SeccompArch(string Name, uint Token, SyscallColumn Table, bool Is64Bit)
{
    /// <summary>__X32_SYSCALL_BIT (asm/unistd.h).</summary>
    internal const uint X32Bit = 0x40000000;

    private static readonly SeccompArch[] s_all = [.. AllNames.ToArray().Select(static name => Find(name)!)];

    internal bool IsX32 => Table == SyscallColumn.X32;

    /// <summary>The number that the filter sees for a number of the table.</summary>
    internal uint Encode(int number) => IsX32 ? (uint)number | X32Bit : (uint)number;

    /// <summary>All names that have a table.</summary>
    internal static ReadOnlySpan<string> AllNames => new[]
    {
        "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390X",
    };

    /// <summary>The architecture of a SCMP_ARCH_* name, or null.</summary>
    internal static SeccompArch? Find(string name) => name switch
    {
        "SCMP_ARCH_X86_64" => new(name, 0xC000003E, SyscallColumn.X86_64, true),
        "SCMP_ARCH_X86" => new(name, 0x40000003, SyscallColumn.X86, false),
        "SCMP_ARCH_X32" => new(name, 0xC000003E, SyscallColumn.X32, false),
        "SCMP_ARCH_AARCH64" => new(name, 0xC00000B7, SyscallColumn.Aarch64, true),
        "SCMP_ARCH_ARM" => new(name, 0x40000028, SyscallColumn.Arm, false),
        "SCMP_ARCH_RISCV64" => new(name, 0xC00000F3, SyscallColumn.Riscv64, true),
        "SCMP_ARCH_PPC64LE" => new(name, 0xC0000015, SyscallColumn.Ppc64le, true),
        "SCMP_ARCH_S390X" => new(name, 0x80000016, SyscallColumn.S390x, true),
        _ => null,
    };

    /// <summary>The architecture of a system call as the kernel shows it, or null.</summary>
    internal static SeccompArch? Of(uint token, uint number)
    {
        bool x32 = (number & X32Bit) != 0 && number != uint.MaxValue;
        return Array.Find(s_all, arch => arch.Token == token && (arch.Table is not (SyscallColumn.X86_64 or SyscallColumn.X32) || arch.IsX32 == x32));
    }

    /// <summary>True for an architecture that the spec names but this compiler has no table for (mips, ppc, s390, parisc, loongarch64, m68k, sh, sheb).</summary>
    internal static bool IsKnownElsewhere(string name) => name is "SCMP_ARCH_MIPS" or "SCMP_ARCH_MIPS64" or "SCMP_ARCH_MIPS64N32" or "SCMP_ARCH_MIPSEL"
        or "SCMP_ARCH_MIPSEL64" or "SCMP_ARCH_MIPSEL64N32" or "SCMP_ARCH_PPC" or "SCMP_ARCH_PPC64" or "SCMP_ARCH_S390" or "SCMP_ARCH_PARISC"
        or "SCMP_ARCH_PARISC64" or "SCMP_ARCH_LOONGARCH64" or "SCMP_ARCH_M68K" or "SCMP_ARCH_SH" or "SCMP_ARCH_SHEB";

    /// <summary>The architecture this process runs on.</summary>
    internal static SeccompArch? Native => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => Find("SCMP_ARCH_X86_64"),
        System.Runtime.InteropServices.Architecture.X86 => Find("SCMP_ARCH_X86"),
        System.Runtime.InteropServices.Architecture.Arm64 => Find("SCMP_ARCH_AARCH64"),
        System.Runtime.InteropServices.Architecture.Arm => Find("SCMP_ARCH_ARM"),
        System.Runtime.InteropServices.Architecture.RiscV64 => Find("SCMP_ARCH_RISCV64"),
        System.Runtime.InteropServices.Architecture.Ppc64le => Find("SCMP_ARCH_PPC64LE"),
        System.Runtime.InteropServices.Architecture.S390x => Find("SCMP_ARCH_S390X"),
        _ => null,
    };
}

/// <summary>Column of <see cref="SyscallTable"/>.</summary>
internal enum SyscallColumn
{
    X86_64,
    X86,
    X32,
    Aarch64,
    Arm,
    Riscv64,
    Ppc64le,
    S390x,
}
