using System.Buffers.Binary;
using CsCheck;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;
using Xunit;

namespace OciRuntime.Core.Tests.Wire;

public sealed class PlanImageTests
{
    [Fact]
    public void EveryKindHasAStepAndAnEncoding() => SamplePlans.OfEveryKind.Sample(plan =>
    {
        PlanImageReader reader = Read(plan);
        Assert.Equal(Enum.GetValues<StepKind>(), reader.Steps.Select(step => step.Kind).OrderBy(kind => kind));
    }, iter: 20);

    [Fact]
    public void TheNameOfAStepIsThatOfItsKind() => SamplePlans.OfEveryKind.Sample(plan =>
    {
        PlanImageReader reader = Read(plan);
        for (int i = 0; i < plan.Steps.Count; i++)
            Assert.Equal(plan.Steps[i].Name.Replace("_", "", StringComparison.Ordinal), reader.Steps[i].Kind.ToString().ToLowerInvariant());
    }, iter: 5);

    [Fact]
    public void AnImageReadsBackAsItsPlan() => SamplePlans.OfEveryKind.Sample(plan =>
    {
        EncodedPlan encoded = PlanImage.Encode(plan, PlanImageOptions.Default);
        PlanImageReader reader = PlanImageReader.Read(encoded.Image);
        Assert.Equal(encoded.Slots.Count, reader.FdCount);
        Assert.Equal(encoded.Slots, encoded.Slots.Distinct());
        for (int i = 0; i < plan.Steps.Count; i++)
            CheckStep(plan.Steps[i], reader.Steps[i], encoded.Slots);
    }, iter: 50);

    [Fact]
    public void EncodingIsDeterministic() => SamplePlans.Any.Sample(plan =>
        Assert.Equal(PlanImage.Encode(plan, PlanImageOptions.Default).Image.ToArray(), PlanImage.Encode(plan, PlanImageOptions.Default).Image.ToArray()));

    [Fact]
    public void AMutatedImageIsReadOrRefusedButNeverMore() => Gen.Select(SamplePlans.Any, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((plan, at, value) =>
    {
        byte[] image = PlanImage.Encode(plan, PlanImageOptions.Default).Image.ToArray();
        image[at % image.Length] = value;
        ReadOrRefuse(image);
    }, iter: 20_000);

    [Fact]
    public void ATruncatedImageIsRefused() => Gen.Select(SamplePlans.Any, Gen.Int[0, int.MaxValue]).Sample((plan, at) =>
    {
        byte[] image = PlanImage.Encode(plan, PlanImageOptions.Default).Image.ToArray();
        Assert.Throws<OciException>(() => PlanImageReader.Read(image.AsMemory(0, at % image.Length)));
    }, iter: 1000);

    [Fact]
    public void BrokenHeadersAreRefused()
    {
        foreach ((int offset, uint value) in new[] { (0, 1u), (4, 2u), (8, 0u), (12, 2u), (16, 5000u), (16, 3u), (20, 44u), (20, 8u), (24, uint.MaxValue), (28, WireFormat.MaxFds + 1u) })
        {
            byte[] image = PlanImage.Encode(new LaunchPlan([new ReadyStep()]), PlanImageOptions.Default).Image.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(offset), value);
            OciException e = Assert.Throws<OciException>(() => PlanImageReader.Read(image));
            Assert.Equal(OciErrorCode.HelperDied, e.Code);
        }
    }

    [Fact]
    public void ASlotOutOfRangeIsRefused()
    {
        byte[] image = PlanImage.Encode(new LaunchPlan([new JoinCgroupStep { File = new InheritedFd(3) }]), PlanImageOptions.Default).Image.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(WireFormat.HeaderSize + 4), 1);
        Assert.Throws<OciException>(() => PlanImageReader.Read(image));
    }

    [Fact]
    public void OptionsAreInTheHeader()
    {
        EncodedPlan encoded = PlanImage.Encode(new LaunchPlan([new ReadyStep(), new SetSidStep()]), new PlanImageOptions { Timeline = true, FaultStep = 1, FaultErrno = 28 });
        PlanImageReader reader = PlanImageReader.Read(encoded.Image);
        Assert.True(reader.Timeline);
        Assert.Equal(1u, reader.FaultStep);
        Assert.Equal(28u, reader.FaultErrno);
        Assert.Null(Read(new LaunchPlan([])).FaultStep);
    }

    [Fact]
    public void ANulInATextIsRefusedWithItsPointer()
    {
        var step = new HostnameStep { Hostname = "a\0b", SpecPointer = "/hostname" };
        OciException e = Assert.Throws<OciException>(() => PlanImage.Encode(new LaunchPlan([step]), PlanImageOptions.Default));
        Assert.Equal(OciErrorCode.InvalidSpec, e.Code);
        Assert.Equal("/hostname", e.SpecPointer);
    }

    [Fact]
    public void TooManyStepsAreRefused()
    {
        var plan = new LaunchPlan(Enumerable.Repeat<LaunchStep>(new ReadyStep(), WireFormat.MaxSteps + 1).ToList());
        Assert.Equal(OciErrorCode.LimitsExceeded, Assert.Throws<OciException>(() => PlanImage.Encode(plan, PlanImageOptions.Default)).Code);
    }

    [Fact]
    public void TooManyDescriptorsAreRefused()
    {
        var steps = Enumerable.Range(3, WireFormat.MaxFds + 1).Select(number => (LaunchStep)new KeepFdStep { Fd = new InheritedFd(number), Number = number }).ToList();
        Assert.Throws<OciException>(() => PlanImage.Encode(new LaunchPlan(steps), PlanImageOptions.Default));
        Assert.Equal(WireFormat.MaxFds, PlanImage.Encode(new LaunchPlan(steps[1..]), PlanImageOptions.Default).Slots.Count);
    }

    [Fact]
    public void TooLargeATextIsRefused()
    {
        var plan = new LaunchPlan([new ExecStep { Args = ["a"], Env = [new string('x', WireFormat.MaxImage)] }]);
        Assert.Throws<OciException>(() => PlanImage.Encode(plan, PlanImageOptions.Default));
    }

    [Fact]
    public void ALargeEnvironmentFits()
    {
        string[] env = [.. Enumerable.Range(0, 2000).Select(i => $"NAME{i}=" + new string('v', i))];
        WireStep step = Assert.Single(Read(new LaunchPlan([new ExecStep { Args = ["a", ""], Env = env }])).Steps);
        Assert.Equal(["a", ""], (string[])step.S[0]!);
        Assert.Equal(env, (string[])step.S[1]!);
    }

    [Fact]
    public void PathsInTheRootHaveNoLeadingSlash()
    {
        var plan = new LaunchPlan([new MaskStep { Path = "/proc/keys" }, new SetAttributesStep { Target = "/" }, new ChdirStep { Path = "/a" }, new OpenRootStep { Path = "/b" }]);
        Assert.Equal(["proc/keys", ".", "/a", "/b"], Read(plan).Steps.Select(step => (string)step.S[0]!));
    }

    private static PlanImageReader Read(LaunchPlan plan) => PlanImageReader.Read(PlanImage.Encode(plan, PlanImageOptions.Default).Image);

    private static void ReadOrRefuse(byte[] image)
    {
        try
        {
            PlanImageReader.Read(image);
        }
        catch (OciException e)
        {
            Assert.Equal(OciErrorCode.HelperDied, e.Code);
        }
    }

    private static PlanFd? Slot(int slot, IReadOnlyList<PlanFd> slots) => slot < 0 ? null : slots[slot];

    private static PlanFd? Slot(ulong slot, IReadOnlyList<PlanFd> slots) => Slot((int)(long)slot, slots);

    // The fields of wire.h's comments, written down a second time.
    private static void CheckStep(LaunchStep step, WireStep wire, IReadOnlyList<PlanFd> slots)
    {
        Assert.Equal(step.IgnoreMissing, wire.Bits.HasFlag(StepBits.IgnoreEnoent));
        Assert.Equal(step.WarnOnly, wire.Bits.HasFlag(StepBits.Warn));
        PlanFd? fd = Slot(wire.Fd, slots);
        switch (step)
        {
            case SuperviseStep s:
                Assert.Equal(s.Directory, fd);
                Assert.Equal((s.ExitRecord, s.LogName), (wire.S[0], wire.S[1]));
                Assert.Equal([.. BitConverter.GetBytes(s.LogLimit.MaxSize), .. BitConverter.GetBytes((long)s.LogLimit.MaxFiles)], (byte[])wire.S[2]!);
                Assert.Equal([s.Log, s.Stdout, s.Stderr, s.OomFile, s.Console], wire.N.Select(n => Slot(n, slots)));
                break;
            case LeashStep s:
                Assert.Equal((s.Root, s.Directory), (fd, wire.S[0]));
                Assert.Equal(s.Cgroups, wire.S[1] as string[] ?? []);
                Assert.Equal([(ulong)s.Signal, (ulong)s.Patience.TotalMilliseconds, s.DirectoryStays ? 1ul : 0, 0, 0], wire.N);
                break;
            case RestoreStep s:
                Assert.Equal((s.Mounts, s.Program), (fd, wire.S[0]));
                Assert.Equal(s.Args, wire.S[1]);
                Assert.Equal(s.Env, wire.S[2]);
                break;
            case JoinNamespaceStep s:
                Assert.Equal((s.Target, (ulong)s.Namespaces), (fd, wire.N[0]));
                break;
            case CloneStep s:
                Assert.Equal((s.Cgroup, (ulong)s.Flags), (fd, wire.N[0]));
                break;
            case MountStep s:
                Assert.Equal((s.FilesystemType, s.Source, s.Target[1..]), (wire.S[0], wire.S[2], wire.S[3]));
                Assert.Equal(s.Data, wire.S[1] as string[] ?? []);
                Assert.Equal([(ulong)s.Attributes, 0, (ulong)s.Propagation, s.KeepMode ? 1ul : 0, s.CopyUp ? 1ul : 0], wire.N);
                Assert.Equal(s.OnProc, wire.Bits.HasFlag(StepBits.OnProc));
                break;
            case BindStep s:
                Assert.Equal((s.Source, s.Target[1..]), (wire.S[0], wire.S[1]));
                Assert.Equal(s.IdMapped, fd);
                Assert.Equal([(ulong)s.Set, (ulong)s.Clear, (ulong)s.Propagation, (ulong)s.ClearUnlessLocked, s.RecursiveIdMap ? 1ul : 0], wire.N);
                Assert.Equal((s.Recursive, s.RecursiveAttributes), (wire.Bits.HasFlag(StepBits.Recursive), wire.Bits.HasFlag(StepBits.AttrRecursive)));
                break;
            case UserStep s:
                Assert.Equal(s.Groups?.SelectMany(BitConverter.GetBytes), wire.S[0] as byte[]);
                Assert.Equal([s.Uid, s.Gid, s.Umask, 1, 0], wire.N);
                break;
            case SchedulerStep s:
                Assert.Equal(s.Nice, (int)(uint)wire.N[2]);
                Assert.Equal(s.Priority, (uint)(wire.N[2] >> 32));
                Assert.Equal(s.Runtime == 0 ? null : 24, (wire.S[0] as byte[])?.Length);
                break;
            case OomScoreStep s:
                Assert.Equal(s.Score, (long)wire.N[0]);
                break;
            case RlimitStep s:
                Assert.Equal([(ulong)s.Resource, s.Soft, s.Hard, 0, 0], wire.N);
                break;
            case SeccompStep s:
                Assert.Equal(s.Filter.ToArray(), wire.S[0]);
                break;
            case GateStep s:
                Assert.Equal((s.Socket, s.Socket is null ? 0ul : 1), (fd, wire.N[0]));
                break;
            case HookStep s:
                Assert.Equal(s.Args, wire.S[1]);
                Assert.Equal(s.Env, wire.S[2]);
                Assert.Equal(s.State, fd);
                Assert.Equal([s.Output, s.Stdout, s.Stderr], wire.N.Skip(2).Select(slot => Slot((int)(long)slot, slots)));
                break;
            case ExecStep s:
                Assert.Equal(s.Args, wire.S[0]);
                Assert.Equal(s.Env, wire.S[1]);
                break;
        }
    }
}
