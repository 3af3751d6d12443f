using CsCheck;
using OciRuntime.Core.Spec.Validation;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Lists of CPUs and nodes as masks.</summary>
public sealed class CpuListTests
{
    private const string Alphabet = "0123456789,- \t:/Nal";

    private static readonly Gen<(int First, int Last)> Item =
        from first in Gen.Int[0, 200]
        from more in Gen.Int[0, 70]
        select (first, first + more);

    /// <summary>However a list is written, its mask has the bits of its numbers.</summary>
    [Fact]
    public void ListsBecomeTheirMasks()
    {
        string[] separators = [",", ", ", " ", ",,", "\t"];
        Gen.Select(Item.List[1, 8], Gen.Int[0, separators.Length - 1]).Sample((items, separator) =>
        {
            string text = string.Join(separators[separator], items.Select(item => item.First == item.Last && item.First % 2 == 0 ? $"{item.First}" : $"{item.First}-{item.Last}"));
            var expected = items.SelectMany(item => Enumerable.Range(item.First, item.Last - item.First + 1)).ToHashSet();
            Assert.True(CpuList.TryMask(text, 1023, out byte[]? mask), text);
            Assert.Equal(0, mask.Length % 8);
            Assert.Equal(expected.Order(), Enumerable.Range(0, mask.Length * 8).Where(i => (mask[i / 8] >> (i % 8) & 1) != 0));
        });
    }

    [Fact]
    public void AnyTextIsAListOrIsNot() =>
        Gen.String[Gen.Int[0, Alphabet.Length - 1].Select(i => Alphabet[i]), 0, 12].Sample(text =>
        {
            bool numbers = CpuList.TryMask(text, 1023, out byte[]? mask);
            Assert.True(!numbers || mask!.Any(bits => bits != 0), text);
        });
}
