using System.Text.RegularExpressions;
using OciRuntime.Core.Errors;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Repository;

/// <summary>The folders of the Core and the order that docs/architecture.md gives them.</summary>
[Needs(Checkout = true)]
public sealed class RoomTests
{
    [Fact]
    public void NoRoomUsesOneBehindIt()
    {
        string[] order = Order();
        foreach (string room in order)
        {
            foreach (string file in Directory.EnumerateFiles(Core(room), "*.cs", SearchOption.AllDirectories))
            {
                IEnumerable<string> used = Regex.Matches(File.ReadAllText(file), @"\bOciRuntime\.Core\.([A-Z]\w*)").Select(match => match.Groups[1].Value);
                Assert.All(used, other => Assert.True(Array.IndexOf(order, other) <= Array.IndexOf(order, room), $"{file} uses {other}"));
            }
        }
    }

    [Fact]
    public void EveryRoomHasItsPlace() => Assert.Equal(
        Directory.EnumerateDirectories(Core(string.Empty)).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order(),
        Order().Order());

    // What a second table of the same words would have too, and the file of the first.
    private static readonly (string Text, string File)[] s_words =
    [
        ("\"SCHED_RR\", \"SCHED_BATCH\"", "SchedulerNames.cs"), ("\"SCHED_FLAG_RESET_ON_FORK\", ", "SchedulerNames.cs"),
        ("0xF000;", "FileMetadata.cs"),
        ("CLONE_NEWUTS = ", "CloneBits.cs"), ("\"mnt\"", "NamespaceKind.cs"), ("CONFIG_UTS_NS", "NamespaceKind.cs"),
        ("MS_SLAVE = ", "Propagation.cs"), ("\"rslave\"", "PropagationNames.cs"), ("\"unbindable\"", "PropagationNames.cs"),
        ("MOUNT_ATTR_NOEXEC = ", "MountAttributes.cs"), ("\"nosymfollow\"", "MountAttributeNames.cs"),
        ("\"IOPRIO_CLASS_BE\"", "IoPriorityNames.cs"),
        ("EBUSY = ", "Errno.cs"), ("EINVAL = ", "Errno.cs"), ("(EBUSY)", "Errno.cs"), ("device or resource busy", "Errno.cs"),
    ];

    /// <summary>A word of the kernel has its number in one table, and a file of it one reader.</summary>
    [Fact]
    public void TablesOfTheKernelsWordsStandOnce()
    {
        string[] files = Directory.GetFiles(Machine.InCheckout("src"), "*.cs", SearchOption.AllDirectories);
        Assert.All(s_words, word => Assert.Equal([word.File], With(word.Text)));
        Assert.Empty(With("& 0xF000)"));
        Assert.Equal(["NamespaceKind.cs"], With("\"uts\"").Intersect(With("CLONE_NEWUTS")));
        Assert.Equal(["MountInfo.cs"], With("mountinfo").Intersect(With("Split(' ')").Concat(With("IndexOf(' '"))));

        IEnumerable<string?> With(string text) => files.Where(file => File.ReadAllText(file).Contains(text, StringComparison.OrdinalIgnoreCase)).Select(Path.GetFileName);
    }

    /// <summary>What ocirun says as runc stands in its table: no message of the core has a piece of it, and nothing compares messages to find it.</summary>
    [Fact]
    public void TheWordsOfRuncStandInOneTable()
    {
        string table = Machine.InCheckout("src/OciRuntime.Cli/Output/RuncWords.cs");
        string[] pieces = [.. Regex.Matches(File.ReadAllText(table), @"=>\s*\$?""((?:[^""\\]|\\.)+)""").Select(match => Longest(match.Groups[1].Value))];
        Assert.All(Enum.GetNames<Refusal>().Skip(1).Except(["NoBundle", "ImageIsRootFilesystem", "RootFilesystemIsImage", "UnpackedBytes", "UnpackedEntries"]), name => Assert.Contains($"Refusal.{name} ", File.ReadAllText(table), StringComparison.Ordinal));
        Assert.InRange(pieces.Length, 30, 100);
        string[] files = Directory.GetFiles(Machine.InCheckout("src"), "*.cs", SearchOption.AllDirectories);
        foreach (string file in files.Where(file => file != table && !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            string text = File.ReadAllText(file);
            Assert.All(pieces, piece => Assert.False(text.Contains(piece, StringComparison.Ordinal), $"{file}: {piece}"));
            Assert.False(Regex.IsMatch(text, @"\.(Message|Hint)\??\.(Contains|StartsWith|EndsWith|Equals|IndexOf|Replace)\(|\.(Message|Hint) (==|!=|is) """), file);
        }

        static string Longest(string literal) => Regex.Split(literal, @"\{[^}]*\}").MaxBy(piece => piece.Length)!;
    }

    /// <summary>A cancelled token is the core's own error, made in one place.</summary>
    [Fact]
    public void NoRoomThrowsThatATokenIsCancelled() => Assert.Equal(
        ["Cancellation.cs"],
        Directory.GetFiles(Core(string.Empty), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text
                && (text.Contains("ThrowIfCancellationRequested", StringComparison.Ordinal) || text.Contains("new OperationCanceledException", StringComparison.Ordinal)))
            .Select(Path.GetFileName));

    private static string Core(string room) => Path.Combine(Machine.InCheckout("src/OciRuntime.Core"), room);

    private static string[] Order()
    {
        Match list = Regex.Match(File.ReadAllText(Machine.InCheckout("docs/architecture.md")), @"may use those before it, never those after it:([\w,\s]+)\.");
        return list.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);
    }
}
