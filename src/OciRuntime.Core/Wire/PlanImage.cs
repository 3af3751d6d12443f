using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Options for encoding a plan.</summary>
internal sealed record PlanImageOptions
{
    public static PlanImageOptions Default { get; } = new();

    /// <summary>The helper records the time after each step.</summary>
    public bool Timeline { get; init; }

    /// <summary>Index of a step that must fail without being run (for tests).</summary>
    public int? FaultStep { get; init; }

    /// <summary>The errno that it fails with.</summary>
    public int FaultErrno { get; init; }
}

/// <summary>A plan in the form that the helper reads.</summary>
/// <param name="Image">The wire image.</param>
/// <param name="Slots">Descriptors to send with it, in the order of their slots, without duplicates.</param>
internal sealed record EncodedPlan(ReadOnlyMemory<byte> Image, IReadOnlyList<PlanFd> Slots);

/// <summary>Encodes a launch plan as the flat bytes of wire.h.</summary>
internal static class PlanImage
{
    /// <exception cref="OciException">A text contains a NUL, or the plan is larger than the helper accepts.</exception>
    public static EncodedPlan Encode(LaunchPlan plan, PlanImageOptions options)
    {
        // Step numbers of the image count only the helper's steps.
        if (options.FaultStep is { } fault)
            options = options with { FaultStep = plan.Steps[fault] is RuntimeStep ? null : plan.Steps.Take(fault).Count(static step => step is not RuntimeStep) };
        int count = plan.HelperSteps.Count;
        if (count > WireFormat.MaxSteps)
            throw new OciException(OciErrorCode.LimitsExceeded, $"the plan has {count} steps, the helper accepts {WireFormat.MaxSteps}");
        var writer = new ImageWriter(count);
        for (int i = 0; i < count; i++)
            writer.Step((HelperStep)plan.HelperSteps[i]);
        return new EncodedPlan(writer.Finish(count, options), writer.Slots);
    }
}
