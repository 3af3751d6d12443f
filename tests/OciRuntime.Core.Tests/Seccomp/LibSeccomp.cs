using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>The system's libseccomp as oracle: compiles the same profile to BPF.</summary>
internal static partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";
    private const uint OptimizeAttribute = 8; // SCMP_FLTATR_CTL_OPTIMIZE

    internal static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Number of a call on an architecture; negative when it has none or the library does not know it.</summary>
    internal static int Number(string name, SeccompArch arch)
    {
        int number = seccomp_syscall_resolve_name_arch(Token(arch.Name), name);
        return arch.IsX32 && number >= 0 ? number & ~(int)SeccompArch.X32Bit : number;
    }

    /// <summary>The library knows the call, with the same numbers as we have.</summary>
    internal static bool Knows(string name, IEnumerable<SeccompArch> arches) =>
        seccomp_syscall_resolve_name(name) != -1 && name != "sys_debug_setcontext" && // 2.5.4 loses the rule on ppc64le
        arches.All(arch => Math.Max(-1, Number(name, arch)) == SyscallTable.Number(arch.Table, name));

    private static uint Token(string arch) => arch == "SCMP_ARCH_X32" ? 0x4000003E : SeccompArch.Find(arch)!.Token;

    internal static BpfInstruction[] Compile(OciSeccomp profile, bool binaryTree) => BpfAssembler.Parse(Export(profile, binaryTree, seccomp_export_bpf));

    /// <summary>The rules as the library understands them.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="withNative">The machine's own architecture is there too; not beside one of the other byte order.</param>
    /// <exception cref="ContradictionException">They contradict each other.</exception>
    internal static PseudoFilter Explain(OciSeccomp profile, bool withNative = true) =>
        PseudoFilter.Parse(Encoding.ASCII.GetString(Export(profile, binaryTree: false, seccomp_export_pfc, withNative)));

    private static byte[] Export(OciSeccomp profile, bool binaryTree, Func<nint, int, int> export, bool withNative = true)
    {
        uint defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet, "");
        nint context = seccomp_init(defaultAction);
        try
        {
            if (!withNative && seccomp_arch_remove(context, 0 /* SCMP_ARCH_NATIVE */) != 0)
                throw new InvalidOperationException("seccomp_arch_remove");
            foreach (string name in profile.Architectures ?? [])
            {
                int added = seccomp_arch_add(context, Token(name));
                if (added != 0 && added != -17)
                    throw new InvalidOperationException($"seccomp_arch_add {name}: {added}");
            }

            if (binaryTree)
                _ = seccomp_attr_set(context, OptimizeAttribute, 2);
            foreach (OciSyscall syscall in profile.Syscalls ?? [])
            {
                uint action = SeccompAction.Parse(syscall.Action, syscall.ErrnoRet, "");
                if (action == defaultAction)
                    continue;
                foreach (string name in syscall.Names!)
                {
                    int number = seccomp_syscall_resolve_name(name);
                    if (number == -1)
                        continue;
                    foreach (Comparison[] comparisons in Rules(syscall))
                    {
                        int result = seccomp_rule_add_array(context, action, number, (uint)comparisons.Length, comparisons);
                        if (result == -17 /* EEXIST */)
                            throw new ContradictionException();
                        if (result != 0)
                            throw new InvalidOperationException($"seccomp_rule_add_array {name}: {result}");
                    }
                }
            }

            string file = Path.GetTempFileName();
            using (FileStream stream = File.Create(file))
            {
                if (export(context, (int)stream.SafeFileHandle.DangerousGetHandle()) != 0)
                    throw new InvalidOperationException("the library can't export its filter");
            }

            byte[] bytes = File.ReadAllBytes(file);
            File.Delete(file);
            return bytes;
        }
        finally
        {
            seccomp_release(context);
        }
    }

    // As runc: with two conditions on one argument each is a rule of its own.
    private static Comparison[][] Rules(OciSyscall syscall)
    {
        Comparison[] all = [.. (syscall.Args ?? []).Select(a => SeccompCondition.Parse(a, "")).Select(c => new Comparison
        {
            Arg = c.Index,
            Op = (int)c.Operator + 1,
            A = c.Operator == SeccompOperator.MaskedEqual ? c.Mask : c.Value,
            B = c.Value,
        })];
        return all.Select(comparison => comparison.Arg).Distinct().Count() == all.Length ? [all] : [.. all.Select(comparison => new[] { comparison })];
    }

    /// <summary>The library refuses a rule that says something else than an earlier one.</summary>
    internal sealed class ContradictionException : Exception;

    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Arg;
        public int Op;
        public ulong A;
        public ulong B;
    }

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint action);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint context);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint context, uint token);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_remove(nint context, uint token);

    [LibraryImport(Library)]
    private static partial int seccomp_attr_set(nint context, uint attribute, uint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name_arch(uint token, string name);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int number, uint count, [In] Comparison[] comparisons);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint context, int fd);

    [LibraryImport(Library)]
    private static partial int seccomp_export_pfc(nint context, int fd);
}
