using OciRuntime.Core.Errors;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Core.Wire;

namespace OciRuntime.Fuzz.Targets;

/// <summary>The wire image, by the runtime's own reader; image.c in this directory does the same to the helper's.</summary>
internal sealed class ImageTarget : Target
{
    public override string Name => "image";

    public override IEnumerable<byte[]> Seeds => Images().Select(static image => image.Image);

    /// <summary>Images of real plans, for the corpus that the helper's check starts from.</summary>
    public static void WriteImages(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, byte[] image) in Images())
            File.WriteAllBytes(Path.Combine(directory, name), image);
    }

    public override byte[] Change(byte[] input, Random random)
    {
        byte[] image = [.. input];
        if (image.Length == 0)
            return image;
        for (int i = random.Next(1, 4); i > 0; i--)
            image[random.Next(2) == 0 ? random.Next(Math.Min(4096, image.Length)) : random.Next(image.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
        return random.Next(8) == 0 ? image[..random.Next(image.Length)] : image;
    }

    public override bool Read(byte[] input)
    {
        try
        {
            PlanImageReader.Read(input);
            return true;
        }
        catch (OciException e)
        {
            WrongException.Unless(e.Code == OciErrorCode.HelperDied, $"{e.Code}: {e.Message}");
            return false;
        }
    }

    private static IEnumerable<(string Name, byte[] Image)> Images()
    {
        yield return ("default", Encode(PlanInputs.Hybrid()));
        yield return ("rich", Encode(PlanInputs.Hybrid(RichSpec.Make())));
        yield return ("unified", Encode(PlanInputs.Unified(RichSpec.Make())));
        OciSpec user = PlanInputs.DefaultSpec();
        user.Linux!.Namespaces!.Add(new() { Type = "user" });
        user.Linux.UidMappings = [new() { ContainerID = 0, HostID = 100_000, Size = 65_536 }];
        user.Linux.GidMappings = [new() { ContainerID = 0, HostID = 100_000, Size = 65_536 }];
        yield return ("user", Encode(PlanInputs.Hybrid(user)));
        OciSpec terminal = PlanInputs.DefaultSpec();
        terminal.Process!.Terminal = true;
        yield return ("terminal", Encode(PlanInputs.Hybrid(terminal)));
    }

    private static byte[] Encode(CreatePlanInput input) => PlanImage.Encode(Planner.PlanCreate(input), PlanImageOptions.Default).Image.ToArray();
}
