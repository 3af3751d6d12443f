using System.Buffers.Binary;
using OciRuntime.Core.Cgroups;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>The eBPF program and the meaning of the rules give the same verdict.</summary>
public sealed class DeviceProgramTests
{
    [Fact]
    public void RandomRulesGiveTheVerdictOfTheirOrder()
    {
        var random = new Random(1);
        for (int round = 0; round < 3000; round++)
        {
            var rules = new List<DeviceRule>();
            if (random.Next(2) == 0)
                rules.Add(DeviceReference.DenyAll);
            for (int i = random.Next(8); i > 0; i--)
                rules.Add(DeviceReference.Random(random));
            byte[] program = DeviceProgram.Compile(rules);
            for (int sample = 0; sample < 30; sample++)
            {
                char type = random.Next(2) == 0 ? 'b' : 'c';
                uint major = (uint)random.Next(4), minor = (uint)random.Next(4);
                var access = (DeviceAccess)random.Next(1, 8);
                Assert.Equal(DeviceReference.Allows(rules, type, major, minor, access), Run(program, type, major, minor, access));
            }
        }
    }

    [Fact]
    public void OpeningForBothNeedsBoth()
    {
        byte[] program = DeviceProgram.Compile([DeviceReference.DenyAll, new(true, 'c', 1, 3, DeviceAccess.Read, null)]);
        Assert.True(Run(program, 'c', 1, 3, DeviceAccess.Read));
        Assert.False(Run(program, 'c', 1, 3, DeviceAccess.Read | DeviceAccess.Write));
    }

    [Fact]
    public void RulesForReadingAndForWritingAddUp()
    {
        byte[] program = DeviceProgram.Compile([DeviceReference.DenyAll, new(true, 'c', 1, 3, DeviceAccess.Read, null), new(true, 'c', 1, null, DeviceAccess.Write, null)]);
        Assert.True(Run(program, 'c', 1, 3, DeviceAccess.Read | DeviceAccess.Write));
        Assert.False(Run(program, 'c', 1, 4, DeviceAccess.Read | DeviceAccess.Write));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DefaultDevicesAreUsableAndOthersAreNot(bool denyAllInTheSpec)
    {
        byte[] program = DeviceProgram.Compile(DeviceRule.Effective(denyAllInTheSpec ? [new() { Allow = false, Access = "rwm" }] : null));
        Assert.True(Run(program, 'c', 1, 3, DeviceAccess.Read | DeviceAccess.Write));
        Assert.True(Run(program, 'c', 136, 17, DeviceAccess.Read | DeviceAccess.Write));
        Assert.True(Run(program, 'c', 10, 200, DeviceAccess.Read | DeviceAccess.Write));
        Assert.False(Run(program, 'c', 1, 11, DeviceAccess.Read));
        Assert.True(Run(program, 'b', 8, 0, DeviceAccess.Mknod));
        Assert.False(Run(program, 'b', 8, 0, DeviceAccess.Read));
    }

    [Fact]
    public void LargeNumbersAreNotCutShort()
    {
        byte[] program = DeviceProgram.Compile([DeviceReference.DenyAll, new(true, 'b', 0xFFFFFFFF, 0x80000000, DeviceAccess.All, null)]);
        Assert.True(Run(program, 'b', 0xFFFFFFFF, 0x80000000, DeviceAccess.Read));
        Assert.False(Run(program, 'b', 0x7FFFFFFF, 0x80000000, DeviceAccess.Read));
    }

    [Fact]
    public void WhatComesBeforeARuleForEverythingIsLeftOut() =>
        Assert.Equal(DeviceProgram.Compile([DeviceReference.DenyAll]).Length, DeviceProgram.Compile([new(true, 'c', 1, 3, DeviceAccess.Read, null), DeviceReference.DenyAll]).Length);

    // An interpreter of the few eBPF instructions that the compiler emits.
    private static bool Run(byte[] program, char type, uint major, uint minor, DeviceAccess access)
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
                case 0x95: return registers[0] != 0;
                default: throw new InvalidOperationException($"unknown instruction 0x{i[0]:x2}");
            }
        }

        throw new InvalidOperationException("no exit");
    }
}
