using System.Buffers.Binary;
using System.Reflection;
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
        var expected = new ExpectedFields(encoded.Slots);
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            (WireStep wanted, WireStep read) = (expected.Of(plan.Steps[i]), reader.Steps[i]);
            Assert.Equal((wanted.Kind, wanted.Bits, wanted.Fd), (read.Kind, read.Bits, read.Fd));
            Assert.True(wanted.N.SequenceEqual(read.N), $"{read.Kind}: n is {string.Join(' ', read.N)}, not {string.Join(' ', wanted.N)}");
            Assert.Equal(wanted.S, read.S);
        }
    }, iter: 200);

    /// <summary>A property that the encoder forgets is found here; the words that stay are for readers of the plan.</summary>
    [Fact]
    public void EveryPropertyOfAStepChangesItsImage() => Assert.Equal(
        [
            "AffinityStep.Cpus", "AttachStep.Target", "AttributesStep.Target", "IoPriorityStep.Class", "MemoryPolicyStep.Mode", "MemoryPolicyStep.Nodes",
            "PersonalityStep.Domain", "RlimitStep.Type", "SchedulerStep.Policy",
        ],
        SamplePlans.Types.SelectMany(SamplePlans.PropertiesOf, (type, property) => (type, property))
            .Where(pair => !ChangesTheImage(pair.type, pair.property)).Select(pair => $"{pair.type.Name}.{pair.property.Name}").Order(StringComparer.Ordinal));

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
    public void OptionsAreInTheHeader()
    {
        EncodedPlan encoded = PlanImage.Encode(new LaunchPlan([new ReadyStep(), new SetSidStep()]), new PlanImageOptions { Timeline = true, FaultStep = 1, FaultErrno = 28 });
        PlanImageReader reader = PlanImageReader.Read(encoded.Image);
        Assert.True(reader.Timeline);
        Assert.Equal(1u, reader.FaultStep);
        Assert.Equal(28u, reader.FaultErrno);
        Assert.Null(Read(new LaunchPlan([])).FaultStep);
        Assert.False(Read(new LaunchPlan([])).Timeline);
    }

    [Fact]
    public void TheStepThatFailsIsCountedAmongThoseOfTheHelper()
    {
        var plan = new LaunchPlan([new StateStep(), new ReadyStep(), new StateStep(), new SetSidStep()]);
        Assert.Equal([null, 0u, null, 1u], Enumerable.Range(0, plan.Steps.Count).Select(FaultStep));

        uint? FaultStep(int step) => PlanImageReader.Read(PlanImage.Encode(plan, new PlanImageOptions { FaultStep = step, FaultErrno = 1 }).Image).FaultStep;
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
        LaunchStep[] steps = [.. Enumerable.Repeat(new ReadyStep(), WireFormat.MaxSteps + 1)];
        Assert.Equal(OciErrorCode.LimitsExceeded, Assert.Throws<OciException>(() => Encode(steps)).Code);
        Assert.Equal(WireFormat.MaxSteps, PlanImageReader.Read(Encode(steps[1..]).Image).Steps.Count);
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
    public void TheLargestImageIsFull()
    {
        const int Room = WireFormat.MaxImage - WireFormat.HeaderSize - WireFormat.StepSize - 4 - 1;
        EncodedPlan largest = Encode(new AffinityStep { Cpus = "0", Mask = new byte[Room] });
        Assert.Equal(WireFormat.MaxImage, largest.Image.Length);
        Assert.Equal(Room, ((byte[])PlanImageReader.Read(largest.Image).Steps[0].S[0]!).Length);
        var tooLarge = new AffinityStep { Cpus = "0", Mask = new byte[Room + 1], SpecPointer = "/process/execCPUAffinity" };
        OciException e = Assert.Throws<OciException>(() => Encode(tooLarge));
        Assert.Equal((OciErrorCode.InvalidSpec, "affinity", "/process/execCPUAffinity"), (e.Code, e.Step, e.SpecPointer));
        Assert.Contains("more than 16 MiB", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The buffer grows wherever it happens to be full.</summary>
    [Fact]
    public void AnImageIsWholeAtAnySize()
    {
        for (int size = 8000; size < 8300; size++)
        {
            EncodedPlan encoded = Encode(new AffinityStep { Cpus = "0", Mask = new byte[size] }, new SetAttributesStep { Target = "/a", Data = ["", ""] }, new ExecStep { Args = ["", ""], Env = [] });
            IReadOnlyList<WireStep> steps = PlanImageReader.Read(encoded.Image).Steps;
            Assert.Equal(new byte[size], steps[0].S[0]);
            Assert.Equal(new[] { "", "" }, steps[1].S[1]);
            Assert.Equal(new[] { "", "" }, steps[2].S[0]);
        }
    }

    /// <summary>The room for the pointers counts: execve(2) gets them from the helper's own mapping.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void AVectorHasRoomForItsPointersAndTheNull(int count)
    {
        var hook = new HookStep { Path = "/a", Args = [.. Enumerable.Repeat("", count)], State = new InheritedFd(3), Output = new InheritedFd(3) };
        ReadOnlySpan<byte> image = Encode(hook).Image.Span;
        int blob = BinaryPrimitives.ReadInt32LittleEndian(image[(WireFormat.HeaderSize + WireFormat.StepStrings + 4)..]);
        Assert.Equal(0, blob % 8);
        Assert.Equal(4 + count, BinaryPrimitives.ReadInt32LittleEndian(image[blob..]));
        int terminator = blob + 4 + 4 + count;
        int room = (terminator + 1 + 7) / 8 * 8;
        Assert.Equal(room + (8 * (count + 1)), image.Length);
        Assert.True(image[terminator..].IndexOfAnyExcept((byte)0) < 0);
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

    private static EncodedPlan Encode(params LaunchStep[] steps) => PlanImage.Encode(new LaunchPlan(steps), PlanImageOptions.Default);

    private static bool ChangesTheImage(Type type, PropertyInfo property)
    {
        bool changes = false;
        Gen.Select(SamplePlans.Of(type), SamplePlans.ValuesOf(property)).Sample((step, value) =>
        {
            EncodedPlan before = Encode(step);
            property.SetValue(step, value);
            EncodedPlan after = Encode(step);
            changes |= !before.Image.Span.SequenceEqual(after.Image.Span) || !before.Slots.SequenceEqual(after.Slots);
        }, iter: 100, threads: 1);
        return changes;
    }

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
}
