using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Seccomp;

/// <summary>Our program and libseccomp's give the same verdict for every call, architecture and a sample of arguments.</summary>
public sealed class OracleTests
{
    private const string Docker = "docker-default-seccomp.x86_64.json";
    private const string Podman = "podman-default-seccomp.x86_64.json";
    private static readonly JsonSerializerOptions s_camelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly string[] X86Arches = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"];
    private static readonly string[] OtherArches = ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_PPC64LE"];
    private static readonly ulong[] Interesting = [0, 1, 2, 3, 8, 16, 40, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x7E020000, ulong.MaxValue, ulong.MaxValue - 1];
    private static readonly string[] Operators = ["SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    public OracleTests() => Assert.SkipUnless(LibSeccomp.IsInstalled, "libseccomp.so.2 is not installed");

    [Fact]
    public void NumbersAgree()
    {
        string[] differences = [.. from arch in X86Arches.Concat(OtherArches).Append("SCMP_ARCH_S390X").Distinct().Select(name => SeccompArch.Find(name)!)
                                   from name in Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt)
                                   let theirs = LibSeccomp.Number(name, arch)
                                   where theirs >= 0 && !(name == "memfd_secret" && arch.Name == "SCMP_ARCH_S390X") // syscall.tbl of s390 has none
                                   where theirs != SyscallTable.Number(arch.Table, name)
                                   select $"{arch.Name} {name}: {theirs}, we {SyscallTable.Number(arch.Table, name)}"];
        Assert.Empty(differences);
    }

    [Fact]
    public void RandomProfilesAgree()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Compare(RandomProfile(random, seed % 2 == 0 ? X86Arches : OtherArches), random, $"seed {seed}");
        }
    }

    /// <summary>s390x has the other byte order, so that its BPF is not to be had here; its pseudo code is.</summary>
    [Fact]
    public void RandomProfilesOfS390xAgree()
    {
        SeccompArch arch = SeccompArch.Find("SCMP_ARCH_S390X")!;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            OciSeccomp profile = RandomProfile(random, [arch.Name]);
            profile.Syscalls!.ForEach(rule => rule.Names!.Remove("memfd_secret")); // syscall.tbl of s390 has none
            profile.Syscalls.RemoveAll(rule => rule.Names is []);
            PseudoFilter oracle = LibSeccomp.Explain(profile, withNative: false);
            BpfInstruction[] ours = BpfAssembler.Parse(SeccompCompiler.Compile(profile, arch).Filter.Span);
            ulong[] values = [.. Interesting, .. profile.Syscalls.SelectMany(rule => rule.Args ?? []).SelectMany(argument => new[] { argument.Value, argument.ValueTwo, argument.Value + 1, argument.Value - 1 })];
            uint largest = Largest(profile, arch.Token, 0, [.. profile.Syscalls.SelectMany(rule => rule.Names!)]);
            for (uint number = 0; number < 500; number++)
            {
                for (int sample = 0; sample < 8; sample++)
                {
                    ulong Next() => values[random.Next(values.Length)];
                    var data = new SeccompData(number, arch.Token, 0, Next(), Next(), Next(), Next(), Next(), Next());
                    uint expected = oracle.Run(data), actual = SeccompInterpreter.Run(ours, data).Action;
                    if (!(expected == actual || (actual == (SeccompAction.Errno | 38) && (number == 0 || number > largest))))
                        Assert.Fail($"seed {seed}: number {number} {data}: libseccomp {expected:x}, we {actual:x}; {Describe(profile, arch.Token, number)}");
                }
            }
        }
    }

    /// <summary>Several rules for one call: duplicates, overlaps and contradictions, with few values so that they meet.</summary>
    [Fact]
    public void OverlappingRulesAgree()
    {
        int contradictions = 0, lost = 0, compared = 0;
        for (int seed = 0; seed < 67; seed++)
        {
            var random = new Random(seed);
            // Rules that go on after "not equal", "less" or "greater" share nodes in the library's tree, and later rules get into both places.
            bool simple = seed % 4 != 0;
            OciSeccomp profile = OverlappingProfile(random, simple);
            PseudoFilter oracle;
            try
            {
                oracle = LibSeccomp.Explain(profile);
            }
            catch (LibSeccomp.ContradictionException)
            {
                OciException error = Assert.Throws<OciException>(() => SeccompCompiler.Compile(profile, SeccompArch.Find("SCMP_ARCH_X86_64")));
                Assert.Contains("contradicts an earlier rule", error.Message, StringComparison.Ordinal);
                contradictions++;
                continue;
            }
            BpfInstruction[] ours = BpfAssembler.Parse(SeccompCompiler.Compile(profile, SeccompArch.Find("SCMP_ARCH_X86_64")).Filter.Span);
            foreach ((SeccompArch arch, string name, SeccompData data) in Calls(profile, random))
            {
                uint expected = oracle.Run(data), actual = SeccompInterpreter.Run(ours, data).Action;
                HashSet<uint> sound = Sound(profile, arch, name, data);
                if (!sound.Contains(actual))
                    Assert.Fail($"seed {seed}: {arch.Name} {name} {data}: {actual:x} is no rule's that holds; {Describe(profile, arch.Token, data.Number)}");
                if (!simple || actual == (SeccompAction.Errno | 38))
                    continue;
                compared++;
                // It drops a rule when another one compares the same at its end, even if for the other outcome.
                if (!sound.Contains(expected))
                    lost++;
                else if (expected != actual)
                    Assert.Fail($"seed {seed}: {arch.Name} {name} {data}: libseccomp {expected:x}, we {actual:x}; {Describe(profile, arch.Token, data.Number)}");
            }
        }
        Assert.InRange(contradictions, 5, 45);
        Assert.InRange(lost, 0, compared / 100);
    }

    [Fact]
    public void EveryOperatorAgreesOn64BitArguments()
    {
        foreach (string op in Operators)
        {
            foreach (ulong value in Interesting)
            {
                foreach (ulong second in op == "SCMP_CMP_MASKED_EQ" ? Interesting : [0])
                {
                    var profile = new OciSeccomp
                    {
                        DefaultAction = "SCMP_ACT_ERRNO",
                        Syscalls = [new() { Names = ["personality"], Action = "SCMP_ACT_ALLOW", Args = [new() { Index = 0, Op = op, Value = value, ValueTwo = second }] }],
                    };
                    if (op == "SCMP_CMP_MASKED_EQ" && value == 0)
                        continue; // libseccomp keeps a comparison of 0 with the datum; an empty mask has nothing to compare
                    Compare(profile, new Random(1), $"{op} {value:x} {second:x}");
                }
            }
        }
    }

    [Fact, Needs(SharedData = Docker)]
    public void DockersProfileAgrees() => Compare(Published(Docker), new Random(7), Docker);

    [Fact, Needs(SharedData = Podman)]
    public void PodmansProfileAgrees() => Compare(Published(Podman), new Random(7), Podman);

    [Fact, Needs(SharedData = Docker)]
    public void DockersProgramIsShorterThanTheOracles()
    {
        OciSeccomp profile = Published(Docker);
        Assert.True(SeccompCompiler.Compile(profile, SeccompArch.Find("SCMP_ARCH_X86_64")).Count < LibSeccomp.Compile(profile, binaryTree: true).Length);
    }

    private static OciSeccomp Published(string file) => JsonSerializer.Deserialize<OciSeccomp>(File.ReadAllText(Machine.FindSharedData(file)!), s_camelCase)!;

    private static OciSeccomp RandomProfile(Random random, string[] arches)
    {
        string[] names = [.. Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt).Where(name => LibSeccomp.Knows(name, arches.Select(arch => SeccompArch.Find(arch)!)))];
        string[] actions = ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"];
        random.Shuffle(names);
        var profile = new OciSeccomp { DefaultAction = actions[random.Next(actions.Length)], Architectures = [.. arches], Syscalls = [] };
        int at = 0;
        for (int i = 0; i < 12; i++)
        {
            string[] some = names[at..(at += random.Next(1, 12))];
            var rule = new OciSyscall { Names = [.. some], Action = actions[random.Next(actions.Length)] };
            if (rule.Action is "SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE")
                rule.ErrnoRet = (uint)random.Next(1, 130);
            if (random.Next(3) == 0)
            {
                rule.Args = [];
                uint[] indexes = [0, 1, 2, 3, 4, 5];
                random.Shuffle(indexes);
                for (int a = 0; a <= random.Next(3); a++)
                {
                    rule.Args.Add(new()
                    {
                        Index = indexes[a],
                        Op = Operators[random.Next(Operators.Length)],
                        Value = Interesting[random.Next(1, Interesting.Length)],
                        ValueTwo = Interesting[random.Next(Interesting.Length)],
                    });
                }
            }

            profile.Syscalls.Add(rule);
        }

        return profile;
    }

    private static IEnumerable<(SeccompArch Arch, string Name, SeccompData Data)> Calls(OciSeccomp profile, Random random)
    {
        ulong[] values = [0, 1, 2, 4, 5, 6, 7, 8, 0xffffffff, 0x100000000, 0x100000001, 0x100000005, 0x100000006, 0xfffffffff, 0x1000000000, ulong.MaxValue];
        foreach (SeccompArch arch in profile.Architectures!.Select(name => SeccompArch.Find(name)!))
        {
            foreach (string name in (string[])["personality", "socket", "socketcall"])
            {
                int number = SyscallTable.Number(arch.Table, name);
                for (int sample = 0; number >= 0 && sample < 40; sample++)
                    yield return (arch, name, new((uint)number, arch.Token, 0, Next(), Next(), Next(), 0, 0, 0));
            }

            ulong Next() => arch.Is64Bit ? values[random.Next(values.Length)] : (uint)values[random.Next(values.Length)];
        }
    }

    // The actions of all rules that hold, one of which the verdict must be; without any, that of the rest.
    private static HashSet<uint> Sound(OciSeccomp profile, SeccompArch arch, string name, SeccompData data)
    {
        uint otherwise = SeccompAction.Parse(profile.DefaultAction, null, "");
        HashSet<uint> actions = [];
        foreach (OciSyscall rule in profile.Syscalls!)
        {
            uint action = SeccompAction.Parse(rule.Action, rule.ErrnoRet, "");
            (string Call, uint Function)? old = Multiplexer.Find(arch.Table, rule.Names![0]);
            List<OciSyscallArg> conditions = rule.Args!;
            if (old?.Call == name)
                conditions = data.Arg0 == old.Value.Function ? conditions.FindAll(condition => condition.Index != 0) : [new() { Op = "never" }];
            else if (rule.Names[0] != name)
                continue;
            // As runc: two conditions on one argument are rules of their own.
            bool alternatives = rule.Args!.Select(condition => condition.Index).Distinct().Count() < rule.Args!.Count;
            bool holds = alternatives && old?.Call == name && conditions is not [{ Op: "never" }] && rule.Args!.Exists(condition => condition.Index == 0)
                || (alternatives ? conditions.Exists(condition => Holds(condition, arch, data)) : conditions.TrueForAll(condition => Holds(condition, arch, data)));
            if (holds && action != otherwise)
                actions.Add(action);
        }
        if (actions.Count == 0)
            actions.Add(otherwise);
        if (actions.Contains(otherwise) && SyscallTable.Number(arch.Table, name) > profile.Syscalls!.SelectMany(rule => rule.Names!).Max(named => SyscallTable.Number(arch.Table, named)))
            actions.Add(SeccompAction.Errno | 38);
        return actions;
    }

    private static bool Holds(OciSyscallArg condition, SeccompArch arch, SeccompData data)
    {
        ulong argument = condition.Index switch { 0 => data.Arg0, 1 => data.Arg1, _ => data.Arg2 };
        ulong all = arch.Is64Bit ? ulong.MaxValue : uint.MaxValue, value = condition.Value & all;
        return condition.Op switch
        {
            "SCMP_CMP_NE" => argument != value,
            "SCMP_CMP_LT" => argument < value,
            "SCMP_CMP_LE" => argument <= value,
            "SCMP_CMP_EQ" => argument == value,
            "SCMP_CMP_GE" => argument >= value,
            "SCMP_CMP_GT" => argument > value,
            "never" => false,
            _ => (argument & value) == (condition.ValueTwo & value),
        };
    }

    // Without x32, which has x86_64's token: the pseudo code can't tell them apart.
    private static OciSeccomp OverlappingProfile(Random random, bool simple)
    {
        string[] actions = ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_TRAP", "SCMP_ACT_LOG"];
        ulong[] values = [0, 1, 5, 7, 0x100000000, 0x100000005, 0xfffffffff];
        uint arguments = (uint)random.Next(1, 4);
        var profile = new OciSeccomp
        {
            DefaultAction = actions[random.Next(actions.Length)],
            Architectures = random.Next(3) == 0 ? [.. OtherArches] : ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
            Syscalls = [],
        };
        for (int i = random.Next(2, 6); i > 0; i--)
        {
            var rule = new OciSyscall { Names = [random.Next(4) == 0 ? "socket" : "personality"], Action = actions[random.Next(actions.Length)], Args = [] };
            if (rule.Action == "SCMP_ACT_ERRNO")
                rule.ErrnoRet = (uint)random.Next(10, 12);
            for (int a = random.Next(12) == 0 ? 0 : random.Next(1, 3); a > 0; a--)
                rule.Args.Add(new() { Index = (uint)random.Next((int)arguments), Op = Operators[random.Next(Operators.Length)], Value = values[random.Next(1, values.Length)], ValueTwo = values[random.Next(values.Length)] });
            if (simple && rule.Args is [var one, var two] && one.Index != two.Index)
                (one.Index < two.Index ? one : two).Op = random.Next(2) == 0 ? "SCMP_CMP_EQ" : "SCMP_CMP_MASKED_EQ";
            profile.Syscalls.Add(rule);
            if (random.Next(8) == 0)
                profile.Syscalls.Add(rule);
        }
        return profile;
    }

    private static void Compare(OciSeccomp profile, Random random, string what)
    {
        foreach (OciSyscall syscall in profile.Syscalls!)
            syscall.Names!.RemoveAll(name => !LibSeccomp.Knows(name, (profile.Architectures ?? []).Select(arch => SeccompArch.Find(arch)!))); // newer than the oracle
        profile.Syscalls.RemoveAll(syscall => syscall.Names is []);
        BpfInstruction[] ours = BpfAssembler.Parse(SeccompCompiler.Compile(profile, SeccompArch.Find("SCMP_ARCH_X86_64")).Filter.Span);
        BpfInstruction[] oracle = LibSeccomp.Compile(profile, binaryTree: false);
        uint defaultAction = SeccompAction.Parse(profile.DefaultAction, profile.DefaultErrnoRet, "");
        bool stub = (defaultAction & 0xffff0000) is not (SeccompAction.Allow or SeccompAction.Log or SeccompAction.Trace);
        var names = new HashSet<string>(profile.Syscalls!.SelectMany(s => s.Names!));
        ulong[] values = [.. Interesting, .. profile.Syscalls!.SelectMany(s => s.Args ?? []).SelectMany(a => new[] { a.Value, a.ValueTwo, a.Value + 1, a.Value - 1 })];
        uint[] tokens = [.. (profile.Architectures ?? []).Append("SCMP_ARCH_X86_64").Select(a => SeccompArch.Find(a)!.Token).Distinct(), 0x12345678];
        foreach (uint token in tokens)
        {
            foreach (uint number in Numbers(profile, token))
            {
                for (int sample = 0; sample < 8; sample++)
                {
                    ulong Next() => Argument(random, values, token);
                    var data = new SeccompData(number, token, 0, Next(), Next(), Next(), Next(), Next(), Next());
                    uint expected = SeccompInterpreter.Run(oracle, data).Action;
                    uint actual = SeccompInterpreter.Run(ours, data).Action;
                    if (expected == actual)
                        continue;
                    bool beyond = stub && expected == defaultAction && actual == (SeccompAction.Errno | 38) && number > Largest(profile, token, number, names);
                    if (!beyond)
                        Assert.Fail($"{what}: arch {token:x} number {number:x} args {data}: libseccomp {expected:x}, we {actual:x}; rules {Describe(profile, token, number)}");
                }
            }
        }
    }

    private static string Describe(OciSeccomp profile, uint token, uint number)
    {
        string? name = Enumerable.Range(0, SyscallTable.Count).Select(SyscallTable.NameAt).FirstOrDefault(n => (profile.Architectures ?? []).Append("SCMP_ARCH_X86_64").Select(a => SeccompArch.Find(a)!)
            .Any(a => a.Token == token && SyscallTable.Number(a.Table, n) is >= 0 and int own && a.Encode(own) == number));
        return $"for {name}, default {profile.DefaultAction}: " + string.Join("; ", profile.Syscalls!.Where(s => s.Names!.Contains(name!) || (name is "ipc" or "socketcall" && s.Names!.Exists(n => Multiplexer.Find(SyscallColumn.X86, n)?.Call == name))).Select(s => s.Action + s.ErrnoRet + " " + string.Join(",", s.Names!.Where(n => n == name || Multiplexer.Find(SyscallColumn.X86, n)?.Call == name)) + " " + string.Join(" & ", (s.Args ?? []).Select(a => $"{a.Index} {a.Op} {a.Value:x} {a.ValueTwo:x}"))));
    }

    // A 32-bit architecture has no more than 32 bits in an argument.
    private static ulong Argument(Random random, ulong[] values, uint token)
    {
        ulong value = values[random.Next(values.Length)];
        return token is 0x40000003 or 0x40000028 ? (uint)value : value;
    }

    private static IEnumerable<uint> Numbers(OciSeccomp profile, uint token)
    {
        for (uint i = 0; i < 500; i++)
            yield return i;
        if (token == 0xC000003E)
        {
            for (uint i = 0; i < 600; i++)
                yield return SeccompArch.X32Bit | i;
        }

        if (token == 0x40000028)
        {
            for (uint i = 0x0f0000; i < 0x0f0010; i++)
                yield return i;
        }

        yield return uint.MaxValue;
        yield return uint.MaxValue - 1;
        yield return SeccompArch.X32Bit - 1;
    }

    private static uint Largest(OciSeccomp profile, uint token, uint number, HashSet<string> names)
    {
        uint largest = 0;
        foreach (string name in (profile.Architectures ?? []).Append("SCMP_ARCH_X86_64"))
        {
            SeccompArch arch = SeccompArch.Find(name)!;
            if (arch.Token != token || (token == 0xC000003E && arch.IsX32 != ((number & SeccompArch.X32Bit) != 0)))
                continue;
            foreach (string syscall in names)
            {
                int own = SyscallTable.Number(arch.Table, syscall);
                if (own >= 0)
                    largest = Math.Max(largest, arch.Encode(own));
            }
        }

        return largest;
    }
}
