using CsCheck;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>"Did you mean": edits between words, and the word that is near enough.</summary>
public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "xbc", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("bc", "abc", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "bac", 1)]
    [InlineData("abcd", "badc", 2)]
    // A pair that was swapped is not edited again: 2 in the unrestricted distance.
    [InlineData("ca", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "ABC", 3)]
    [InlineData("abc", "cab", 2)]
    public void DistancesCountEdits(string a, string b, int edits)
    {
        Assert.Equal(edits, NearestName.Distance(a, b));
        Assert.Equal(edits, NearestName.Distance(b, a));
    }

    /// <summary>The definition of optimal string alignment, without a table.</summary>
    [Fact]
    public void DistancesAreThoseOfTheDefinition()
    {
        Gen<string> word = Gen.String[Gen.Char['a', 'c'], 0, 5];
        Gen.Select(word, word).Sample((a, b) => Assert.Equal(Defined(a, b), NearestName.Distance(a, b)), iter: 200);

        static int Defined(string a, string b)
        {
            if (a.Length == 0 || b.Length == 0)
                return a.Length + b.Length;
            int least = Math.Min(Math.Min(Defined(a[..^1], b), Defined(a, b[..^1])) + 1, Defined(a[..^1], b[..^1]) + (a[^1] == b[^1] ? 0 : 1));
            return a.Length > 1 && b.Length > 1 && a[^1] == b[^2] && a[^2] == b[^1] ? Math.Min(least, Defined(a[..^2], b[..^2]) + 1) : least;
        }
    }

    [Fact]
    public void LongWordsAreNotCompared()
    {
        string longest = new('a', 48);
        Assert.Equal(0, NearestName.Distance(longest, longest));
        Assert.Equal(48, NearestName.Distance(longest, new string('b', 48)));
        Assert.Equal(48, NearestName.Distance(longest, string.Empty));
        Assert.Equal(int.MaxValue, NearestName.Distance(longest + "a", longest));
        Assert.Equal(int.MaxValue, NearestName.Distance(longest, longest + "a"));
    }

    [Theory]
    [InlineData("KILL", "CAP_KILL")]
    [InlineData("kill", "CAP_KILL")]
    [InlineData("cap_kill", "CAP_KILL")]
    [InlineData("CAP_KIL", "CAP_KILL")]
    [InlineData("CAP_IKL", "CAP_KILL")]
    [InlineData("CAP_CHWON", "CAP_CHOWN")]
    [InlineData("chowns", "CAP_CHOWN")]
    [InlineData("CAP_CH", null)]
    [InlineData("CAP_CHO", "CAP_CHOWN")]
    [InlineData("CAP_CXYZN", null)]
    [InlineData("", null)]
    public void TheNearestNameHasAtMostTwoEdits(string name, string? nearest) => Assert.Equal(nearest, NearestName.Find(name, ["CAP_CHOWN", "CAP_KILL"]));

    [Theory]
    [InlineData("pad", new[] { "pid", "pod" }, "pid")]
    [InlineData("pods", new[] { "pids", "pod" }, "pids")]
    [InlineData("xpid", new[] { "pidxx", "pid" }, "pid")]
    [InlineData("abcx", new[] { "abcy" }, "abcy")]
    [InlineData("X_AB", new[] { "X_ABC" }, "X_ABC")]
    [InlineData("abcd", new string[0], null)]
    [InlineData("ab", new[] { "ac", "cb" }, null)]
    public void TheFirstOfTheNearestIsTaken(string name, string[] known, string? nearest) => Assert.Equal(nearest, NearestName.Find(name, known));

    [Fact]
    public void AHintNamesIt()
    {
        Assert.Equal("did you mean \"CAP_KILL\"?", NearestName.Hint("kill", CapabilityNames.All));
        Assert.Null(NearestName.Hint("nothing_of_the_sort", CapabilityNames.All));
    }

    /// <summary>Two edits turn any word of two letters into any other: such a one is meant by nobody.</summary>
    [Theory]
    [InlineData("abc", "ab", null)]
    [InlineData("ab", "abc", null)]
    [InlineData("abcd", "abc", "abc")]
    [InlineData("ab", "AB", "AB")]
    public void OfShortWordsOnlyTheCaseMayDiffer(string name, string known, string? found) => Assert.Equal(found, NearestName.Find(name, [known, "something else"]));
}
