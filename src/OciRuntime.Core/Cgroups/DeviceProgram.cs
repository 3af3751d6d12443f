using System.Buffers.Binary;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Device rules as an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE (cgroup-v2, Device controller): it returns 1 to allow. Rules are
/// tested from the last to the first, and each requested access (read, write, mknod) is decided by the first rule that covers it. So
/// later rules win, and a rule that allows reading and one that allows writing together allow both.
/// </summary>
internal static unsafe class DeviceProgram
{
    // struct bpf_cgroup_dev_ctx: access_type = (access << 16) | type, major, minor
    private const int BPF_DEVCG_DEV_BLOCK = 1, BPF_DEVCG_DEV_CHAR = 2;

    private const byte LoadWord = 0x61; // BPF_LDX | BPF_MEM | BPF_W
    private const byte And32Immediate = 0x54;
    private const byte ShiftRight32 = 0x74;
    private const byte Move32Immediate = 0xb4;
    private const byte Move32Register = 0xbc;
    private const byte JumpEqual32Immediate = 0x16; // BPF_JMP32 | BPF_JEQ | BPF_K
    private const byte JumpNotEqual32Immediate = 0x56; // BPF_JMP32 | BPF_JNE | BPF_K
    private const byte Exit = 0x95;

    /// <summary>The program as struct bpf_insn[]. An access that no rule covers is denied.</summary>
    internal static byte[] Compile(List<DeviceRule> rules)
    {
        var code = new List<byte[]>
        {
            Instruction(LoadWord, 2, 1, 0, 0), // r2 = type
            Instruction(And32Immediate, 2, 0, 0, 0xffff),
            Instruction(LoadWord, 3, 1, 0, 0), // r3 = accesses not yet allowed
            Instruction(ShiftRight32, 3, 0, 0, 16),
            Instruction(LoadWord, 4, 1, 4, 0), // r4 = major
            Instruction(LoadWord, 5, 1, 8, 0), // r5 = minor
        };
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            EmitRule(code, rules[i]);
            if (rules[i].IsEverything)
                return Join(code); // no earlier rule is reached
        }

        code.Add(Instruction(Move32Immediate, 0, 0, 0, 0));
        code.Add(Instruction(Exit, 0, 0, 0, 0));
        return Join(code);
    }

    /// <summary>Loads the program and attaches it to a v2 directory, in place of the programs that are attached.</summary>
    internal static void Attach(string directory, List<DeviceRule> rules)
    {
        using SafeFd program = Load(Compile(rules));
        int number = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            throw KernelError.Last("open the cgroup", directory, "open");
        using var target = new SafeFd(number);
        List<SafeFd> old = Attached(number);
        try
        {
            if (old.Count == 1 && Command(Libc.BPF_PROG_ATTACH, number, program.Number, Libc.BPF_F_ALLOW_MULTI | Libc.BPF_F_REPLACE, old[0].Number) == 0)
                return;
            // There are several, or a kernel before 5.6 can't replace one. The new program is attached first, so that there always is one.
            if (Command(Libc.BPF_PROG_ATTACH, number, program.Number, Libc.BPF_F_ALLOW_MULTI, 0) != 0)
                throw Failed("attach the device program to", directory);
            foreach (SafeFd one in old)
            {
                if (Command(Libc.BPF_PROG_DETACH, number, one.Number, 0, 0) != 0)
                    throw Failed("detach the earlier device program of", directory);
            }
        }
        finally
        {
            old.ForEach(static one => one.Dispose());
        }
    }

    private static int Command(int command, int directory, int program, uint flags, int replaced)
    {
        var attach = new Libc.bpf_attach
        {
            target_fd = (uint)directory,
            attach_bpf_fd = (uint)program,
            attach_type = Libc.BPF_CGROUP_DEVICE,
            attach_flags = flags,
            replace_bpf_fd = (uint)replaced,
        };
        return Libc.bpf(command, &attach, (uint)sizeof(Libc.bpf_attach));
    }

    private static SafeFd Load(byte[] code)
    {
        fixed (byte* instructions = code)
        fixed (byte* license = "GPL\0"u8)
        {
            var load = new Libc.bpf_load
            {
                prog_type = Libc.BPF_PROG_TYPE_CGROUP_DEVICE,
                insn_cnt = (uint)(code.Length / 8),
                insns = (ulong)instructions,
                license = (ulong)license,
            };
            int fd = Libc.bpf(Libc.BPF_PROG_LOAD, &load, (uint)sizeof(Libc.bpf_load));
            return fd >= 0 ? new SafeFd(fd) : throw Failed("load the device program of", "linux.resources.devices");
        }
    }

    private static List<SafeFd> Attached(int directory)
    {
        const int Most = 64; // BPF_CGROUP_MAX_PROGS
        uint* ids = stackalloc uint[Most];
        var query = new Libc.bpf_query { target_fd = (uint)directory, attach_type = Libc.BPF_CGROUP_DEVICE, prog_ids = (ulong)ids, prog_cnt = Most };
        var programs = new List<SafeFd>();
        if (Libc.bpf(Libc.BPF_PROG_QUERY, &query, (uint)sizeof(Libc.bpf_query)) != 0)
            return programs;
        for (int i = 0; i < query.prog_cnt; i++)
        {
            var get = new Libc.bpf_attach { target_fd = ids[i] }; // struct bpf_prog_get: the id, and two words of 0
            int fd = Libc.bpf(Libc.BPF_PROG_GET_FD_BY_ID, &get, 12);
            if (fd >= 0)
                programs.Add(new SafeFd(fd));
        }

        return programs;
    }

    // A rule is a series of tests, each of which jumps to the next rule if it fails, and a return.
    private static void EmitRule(List<byte[]> code, DeviceRule rule)
    {
        var row = new List<byte[]>();
        var jumps = new List<int>();
        void Test(byte operation, int register, int immediate)
        {
            jumps.Add(row.Count);
            row.Add(Instruction(operation, register, 0, 0, immediate));
        }

        if (rule.Type != 'a')
            Test(JumpNotEqual32Immediate, 2, rule.Type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
        if (rule.Major is { } major)
            Test(JumpNotEqual32Immediate, 4, unchecked((int)(uint)major));
        if (rule.Minor is { } minor)
            Test(JumpNotEqual32Immediate, 5, unchecked((int)(uint)minor));
        if (rule.Access != DeviceAccess.All && rule.Allow)
        {
            // Remove the accesses that this rule allows; earlier rules decide the others.
            row.Add(Instruction(And32Immediate, 3, 0, 0, (int)~rule.Access));
            Test(JumpNotEqual32Immediate, 3, 0);
        }
        else if (rule.Access != DeviceAccess.All)
        {
            row.Add(Instruction(Move32Register, 6, 3, 0, 0));
            row.Add(Instruction(And32Immediate, 6, 0, 0, (int)rule.Access));
            Test(JumpEqual32Immediate, 6, 0);
        }

        int length = row.Count + 2;
        foreach (int jump in jumps)
            BinaryPrimitives.WriteInt16LittleEndian(row[jump].AsSpan(2), (short)(length - jump - 1));
        code.AddRange(row);
        code.Add(Instruction(Move32Immediate, 0, 0, 0, rule.Allow ? 1 : 0));
        code.Add(Instruction(Exit, 0, 0, 0, 0));
    }

    // struct bpf_insn: code, dst:4 src:4, off, imm
    private static byte[] Instruction(byte code, int destination, int source, short offset, int immediate)
    {
        byte[] bytes = new byte[8];
        bytes[0] = code;
        bytes[1] = (byte)(destination | (source << 4));
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2), offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), immediate);
        return bytes;
    }

    private static byte[] Join(List<byte[]> code)
    {
        byte[] all = new byte[code.Count * 8];
        for (int i = 0; i < code.Count; i++)
            code[i].CopyTo(all, i * 8);
        return all;
    }

    private static OciException Failed(string doing, string target)
    {
        int errno = Errno.Last;
        OciException error = KernelError.From(doing, target, "bpf", errno);
        return new(error.Code, error.Message)
        {
            Step = "cgroup",
            Syscall = "bpf",
            Object = target,
            Errno = errno,
            SpecPointer = "/linux/resources/devices",
            Hint = "device rules on cgroup v2 need CONFIG_CGROUP_BPF and CAP_BPF or CAP_SYS_ADMIN in the initial user namespace",
        };
    }
}
