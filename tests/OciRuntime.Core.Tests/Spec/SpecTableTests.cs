using System.Text.Json;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Repository;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>docs/runtime-spec.md says of every property of the runtime-spec what is done with it and which test shows it, and of no other.</summary>
public sealed class SpecTableTests
{
    private const string Schema = "runtime-spec-1.3.0-schema";
    private const string Options = "/mounts/*/options", Rlimits = "/process/rlimits/*/type";

    // config.md, "Linux mount options", and what else it says of options; the schema has no words for them.
    private static readonly string[] s_options =
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime", "nodev",
        "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime",
        "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime",
        "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow",
        "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable", "idmap", "ridmap",
    ];

    private static SpecRow[] Rows => SpecTable.Read(Machine.InCheckout("docs/runtime-spec.md"));

    /// <summary>What <c>ocirun features</c> names is what there is.</summary>
    [Fact, Needs(SharedData = Schema)]
    public void FeaturesNameTheWordsOfTheSchema()
    {
        SchemaWalk schema = Walk();
        using JsonDocument features = JsonDocument.Parse(RuntimeFeatures.ToJson());
        JsonElement linux = features.RootElement.GetProperty("linux"), seccomp = linux.GetProperty("seccomp");
        Assert.Empty(s_options.Except(Words(features.RootElement.GetProperty("mountOptions"))));
        Assert.Equal(schema.Properties.Where(property => property.StartsWith("/hooks/", StringComparison.Ordinal) && !property.Contains('*', StringComparison.Ordinal)).Select(property => property["/hooks/".Length..]).Order(), Words(features.RootElement.GetProperty("hooks")));
        Assert.Empty(Words(linux.GetProperty("namespaces")).Except(schema.Words["/linux/namespaces/*/type"]));
        Assert.Equal(schema.Words["/linux/seccomp/defaultAction"].Order(), Words(seccomp.GetProperty("actions")));
        Assert.Equal(schema.Words["/linux/seccomp/syscalls/*/args/*/op"].Order(), Words(seccomp.GetProperty("operators")));
        Assert.Equal(schema.Words["/linux/seccomp/flags/*"].Order(), Words(seccomp.GetProperty("knownFlags")));
        Assert.Empty(Words(seccomp.GetProperty("archs")).Except(schema.Words["/linux/seccomp/architectures/*"]));

        static IEnumerable<string> Words(JsonElement list) => list.EnumerateArray().Select(word => word.GetString()!).Order();
    }

    [Fact, Needs(Checkout = true)]
    public void EveryTestOfTheTableIsThere()
    {
        HashSet<string> names = TestNames.InCheckout();
        Assert.Empty(Rows.SelectMany(row => row.Tests).Except(names).Order());
    }

    [Fact, Needs(Checkout = true)]
    public void EveryActionOfAnEngineIsShownByATest()
    {
        HashSet<string> names = TestNames.OfEngines();
        (string About, string[] Tests)[] rows = SpecTable.ReadEngines(Machine.InCheckout("docs/compatibility.md"));
        Assert.NotEmpty(rows);
        Assert.Empty(rows.Where(row => row.Tests.Length == 0 || row.Tests.Except(names).Any()).Select(row => row.About));
    }

    [Fact, Needs(Checkout = true)]
    public void EveryDifferenceToOtherRuntimesIsShownByATest()
    {
        HashSet<string> names = TestNames.InCheckout();
        (string About, string[] Tests)[] rows = SpecTable.ReadComparison(Machine.InCheckout("docs/compatibility.md"));
        Assert.NotEmpty(rows);
        Assert.Empty(rows.Where(row => row.Tests.Length == 0 || row.Tests.Except(names).Any()).Select(row => row.About));
    }

    [Fact, Needs(Checkout = true)]
    public void EveryRowHasATestAndSaysItOnce()
    {
        Assert.All(Rows, row => Assert.NotEmpty(row.Tests));
        (string, string?)[] places = [.. Rows.SelectMany(row => row.Words.DefaultIfEmpty().Select(word => (row.Pointer, word)))];
        Assert.Equal(places.Distinct(), places);
    }

    [Fact, Needs(Checkout = true)]
    public void EveryMountOptionAndRlimitHasARow()
    {
        Assert.Empty(s_options.Except(WordsOf(Options)));
        Assert.Equal(RlimitNames.All.Order(), WordsOf(Rlimits).Order());
    }

    [Fact, Needs(SharedData = Schema)]
    public void EveryPropertyOfTheSchemaHasARow()
    {
        SchemaWalk schema = Walk();
        Assert.NotEmpty(schema.Properties);
        Assert.Empty(schema.Properties.Except(Rows.Where(row => row.Words.Length == 0).Select(row => row.Pointer)));
    }

    [Fact, Needs(SharedData = Schema)]
    public void EveryWordOfTheSchemaHasARow() =>
        Assert.Empty(Walk().Words.SelectMany(words => words.Value.Except(WordsOf(words.Key)).Select(word => (words.Key, word))));

    [Fact, Needs(SharedData = Schema)]
    public void TheTableKnowsNothingThatTheSchemaDoesNot()
    {
        SchemaWalk schema = Walk();
        Assert.Empty(Rows.Where(row => row.Words.Length == 0).Select(row => row.Pointer).Except(schema.Properties));
        Assert.Empty(from row in Rows
                     where row.Words.Length > 0 && row.Pointer is not (Options or Rlimits)
                     from word in row.Words
                     where schema.Words.GetValueOrDefault(row.Pointer)?.Contains(word) != true
                     select (row.Pointer, word));
    }

    private static IEnumerable<string> WordsOf(string pointer) => Rows.Where(row => row.Pointer == pointer).SelectMany(row => row.Words);

    private static SchemaWalk Walk() => new(Machine.FindSharedData(Schema)!);
}
