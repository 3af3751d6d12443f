using System.Buffers.Binary;
using OciRuntime.Core.Cgroups;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>The eBPF program and v1's semantics give the same verdict: rules in order, the last one that speaks of an access bit decides it.</summary>
public sealed class DeviceProgramTests
{
    [Fact]
    public void RandomRulesGiveTheVerdictOfTheirOrder()
    {
        var random = new Random(1);
        for (int round = 0; round < 2000; round++)
        {
            var rules = new List<DeviceRule> { new(false, 'a', null, null, "rwm", null) };
            for (int i = random.Next(6); i > 0; i--)
                rules.Add(RandomRule(random));
            byte[] program = DeviceProgram.Compile(rules);
            for (int sample = 0; sample < 20; sample++)
            {
                char type = random.Next(2) == 0 ? 'b' : 'c';
                int bit = 1 << random.Next(3); // one access at a time: what v1 rules say of it
                uint major = (uint)random.Next(3), minor = (uint)random.Next(3);
                Assert.Equal(Reference(rules, type, major, minor, bit), Run(program, type, major, minor, bit));
            }
        }
    }

    [Fact]
    public void OpeningForBothNeedsBoth()
    {
        byte[] program = DeviceProgram.Compile([new(false, 'a', null, null, "rwm", null), new(true, 'c', 1, 3, "r", null)]);
        Assert.True(Run(program, 'c', 1, 3, 2));
        Assert.False(Run(program, 'c', 1, 3, 2 | 4));
    }

    [Fact]
    public void DefaultDevicesStayUsableAfterDenyAll()
    {
        byte[] program = DeviceProgram.Compile(DeviceRule.From([new() { Allow = false, Access = "rwm" }]));
        Assert.True(Run(program, 'c', 1, 3, 2 | 4));
        Assert.True(Run(program, 'c', 136, 17, 2 | 4));
        Assert.False(Run(program, 'c', 1, 11, 2));
        Assert.True(Run(program, 'b', 8, 0, 1)); // mknod
        Assert.False(Run(program, 'b', 8, 0, 2));
    }

    private static DeviceRule RandomRule(Random random) => new(
        random.Next(2) == 0,
        "abc"[random.Next(3)],
        random.Next(2) == 0 ? null : random.Next(3),
        random.Next(2) == 0 ? null : random.Next(3),
        new[] { "r", "w", "m", "rw", "rm", "wm", "rwm" }[random.Next(7)],
        null);

    private static bool Reference(List<DeviceRule> rules, char type, uint major, uint minor, int bit)
    {
        bool allowed = false;
        foreach (DeviceRule rule in rules)
        {
            bool speaks = (rule.Type == 'a' || rule.Type == type) && (rule.Major is null || rule.Major == major) && (rule.Minor is null || rule.Minor == minor)
                && rule.Access.Contains(bit switch { 1 => 'm', 2 => 'r', _ => 'w' }, StringComparison.Ordinal);
            if (speaks)
                allowed = rule.Allow;
        }

        return allowed;
    }

    // An interpreter of the few eBPF instructions that the compiler emits.
    private static bool Run(byte[] program, char type, uint major, uint minor, int access)
    {
        uint[] registers = new uint[11];
        uint[] context = [((uint)access << 16) | (type == 'b' ? 1u : 2u), major, minor];
        for (int pc = 0; pc < program.Length / 8; pc++)
        {
            ReadOnlySpan<byte> i = program.AsSpan(pc * 8, 8);
            int destination = i[1] & 15, source = i[1] >> 4;
            short offset = BinaryPrimitives.ReadInt16LittleEndian(i[2..]);
            uint immediate = BinaryPrimitives.ReadUInt32LittleEndian(i[4..]);
            switch (i[0])
            {
                case 0x61: registers[destination] = context[offset / 4]; break;
                case 0x54: registers[destination] &= immediate; break;
                case 0x74: registers[destination] >>= (int)immediate; break;
                case 0xb4: registers[destination] = immediate; break;
                case 0xbc: registers[destination] = registers[source]; break;
                case 0x56: pc += registers[destination] != immediate ? offset : 0; break;
                case 0x16: pc += registers[destination] == immediate ? offset : 0; break;
                case 0x5e: pc += registers[destination] != registers[source] ? offset : 0; break;
                case 0x95: return registers[0] != 0;
                default: throw new InvalidOperationException($"unknown instruction 0x{i[0]:x2}");
            }
        }

        throw new InvalidOperationException("no exit");
    }
}
