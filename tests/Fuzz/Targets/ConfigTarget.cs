using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Core.Wire;

namespace OciRuntime.Fuzz.Targets;

/// <summary>The whole way of config.json: read, validated, planned for both kinds of cgroups, encoded, and read as the helper does.</summary>
internal sealed class ConfigTarget : Target
{
    public override string Name => "config";

    public override IEnumerable<byte[]> Seeds => [[.. SpecWriter.Write(RichSpec.Make())]];

    public override byte[] Change(byte[] input, Random random) => JsonChange.Apply(input, random);

    public override bool Read(byte[] input)
    {
        try
        {
            LaunchPlan plan = Plan(input, unified: false);
            Plan(input, unified: true);
            EncodedPlan encoded = PlanImage.Encode(plan, PlanImageOptions.Default);
            WrongException.Unless(plan.HelperSteps.Count == PlanImageReader.Read(encoded.Image).Steps.Count, "the image has other steps than the plan");
            return true;
        }
        catch (OciException e)
        {
            WrongException.Unless(e.Code != OciErrorCode.HelperDied, $"the plan's own image is refused: {e.Message}");
            WrongException.Unless(!e.Message.Contains('\0', StringComparison.Ordinal), "a message with a NUL");
            return false;
        }
    }

    // Planning may change what it is given, so each has its own.
    private static LaunchPlan Plan(byte[] input, bool unified)
    {
        OciSpec spec = SpecReader.Read(input);
        return Planner.PlanCreate(unified ? PlanInputs.Unified(spec) : PlanInputs.Hybrid(spec));
    }
}
