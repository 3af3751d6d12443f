using System.Runtime.InteropServices;
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

    internal static BpfInstruction[] Compile(OciSeccomp profile, bool binaryTree)
    {
        uint defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet, "");
        nint context = seccomp_init(defaultAction);
        try
        {
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
                    Comparison[] comparisons = [.. (syscall.Args ?? []).Select(a => SeccompCondition.Parse(a, "")).Select((c, i) => new Comparison
                    {
                        Arg = c.Index,
                        Op = (int)c.Operator + 1,
                        A = c.Operator == SeccompOperator.MaskedEqual ? c.Mask : c.Value,
                        B = c.Value,
                    })];
                    int result = seccomp_rule_add_array(context, action, number, (uint)comparisons.Length, comparisons);
                    if (result != 0)
                        throw new InvalidOperationException($"seccomp_rule_add_array {name}: {result}");
                }
            }

            string file = Path.GetTempFileName();
            using (FileStream stream = File.Create(file))
            {
                if (seccomp_export_bpf(context, (int)stream.SafeFileHandle.DangerousGetHandle()) != 0)
                    throw new InvalidOperationException("seccomp_export_bpf");
            }

            byte[] bytes = File.ReadAllBytes(file);
            File.Delete(file);
            return BpfAssembler.Parse(bytes);
        }
        finally
        {
            seccomp_release(context);
        }
    }

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
    private static partial int seccomp_attr_set(nint context, uint attribute, uint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name_arch(uint token, string name);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint context, uint action, int number, uint count, [In] Comparison[] comparisons);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint context, int fd);
}
