using System.Text;
using CsCheck;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

public class SpecRoundTripTests
{
    [Fact]
    public void EveryPropertySurvives()
    {
        Gen.Int.Sample(
            seed =>
            {
                OciSpec spec = new RandomSpec(seed).Make<OciSpec>();
                bool indented = seed % 2 == 0;
                Assert.Equal(DeepText.Of(spec), DeepText.Of(SpecReader.Read(SpecWriter.Write(spec, indented))));
            },
            iter: 300);
    }

    [Fact]
    public void FullSpecSurvives()
    {
        OciSpec spec = new RandomSpec(1) { Density = 1 }.Make<OciSpec>();
        byte[] json = SpecWriter.Write(spec);
        Assert.Equal(DeepText.Of(spec), DeepText.Of(SpecReader.Read(json)));
        Assert.Equal(json, SpecWriter.Write(SpecReader.Read(json)));
    }

    [Fact]
    public void ProcessAndResourcesAloneSurvive()
    {
        OciProcess process = new RandomSpec(2).Make<OciProcess>();
        Assert.Equal(DeepText.Of(process), DeepText.Of(SpecReader.ReadProcess(SpecWriter.WriteProcess(process))));
        OciResources resources = new RandomSpec(3).Make<OciResources>();
        Assert.Equal(DeepText.Of(resources), DeepText.Of(SpecReader.ReadResources(SpecWriter.WriteResources(resources))));
    }

    [Fact, Needs(Program = "runc")]
    public void RuncsOwnSpecIsWrittenBackByteForByte()
    {
        using var directory = new TemporaryDirectory();
        Machine.Run("runc", "spec", "-b", directory.Path);
        byte[] json = File.ReadAllBytes(directory["config.json"]);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SpecWriter.Write(SpecReader.Read(json), indented: true)));
    }

    [Fact]
    public void MutatedBytesGiveASpecOrAnInvalidSpecError()
    {
        byte[][] seeds = [SpecWriter.Write(SpecDefaults.Create()), SpecWriter.Write(new RandomSpec(4) { Density = 1 }.Make<OciSpec>(), indented: true)];
        var random = new Random(5);
        for (int i = 0; i < 6_000; i++)
            Survives(Mutate(seeds[i % 2], random));
    }

    [Theory]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"\\ud800\":1}")]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"\\ud800ocess\":1,\"\\udc00inux\":2}")]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"annotations\":{\"\\ud800\":\"\\ud800\"}}")]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"linux\":{\"netDevices\":{\"\\ud800\":{}}}}")]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"linux\":{\"netDevices\":{\"a\":{},\"\\ud800\":{}}}}")]
    [InlineData("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"\\udc00\"}}")]
    public void HalfSurrogatesAreRefusedOrIgnored(string json) => Survives(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void DeepNestingIsRefused()
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 100_000) + "}");
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => SpecReader.Read(json)).Code);
    }

    private static void Survives(byte[] json)
    {
        try
        {
            OciSpec spec = SpecReader.Read(json);
            SpecWriter.Write(spec);
            SpecValidator.Collect(spec);
        }
        catch (OciException e)
        {
            Assert.Equal(OciErrorCode.InvalidSpec, e.Code);
            Assert.NotNull(e.SpecPointer);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 10), bytes.Count - at));
                    break;
                case 2:
                    bytes.Insert(at, "{}[]\",:0-\\\u0001e"u8[random.Next(12)]);
                    break;
                default:
                    // A piece from elsewhere: valid words in wrong places.
                    int from = random.Next(seed.Length);
                    bytes.InsertRange(at, seed.AsSpan(from, Math.Min(random.Next(1, 30), seed.Length - from)).ToArray());
                    break;
            }
            if (bytes.Count == 0)
                break;
        }
        return [.. bytes];
    }
}
