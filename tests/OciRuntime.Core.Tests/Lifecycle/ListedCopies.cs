using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>Copies of a container's state under other names (x000 and so on), and a session that has listed them so often that it keeps what it can.</summary>
internal sealed class ListedCopies : IDisposable
{
    /// <summary>Enough to be kept, and for several threads.</summary>
    public const int Count = 80;

    private readonly string _root;

    /// <param name="root">State root, with no other containers than this one.</param>
    /// <param name="id">A container that lives.</param>
    public ListedCopies(string root, string id)
    {
        _root = root;
        string text = File.ReadAllText(Path.Combine(root, id, "state.json"));
        for (int i = 0; i < Count; i++)
        {
            string directory = Path.Combine(root, $"x{i:000}");
            Directory.CreateDirectory(directory, (UnixFileMode)0x1C9 /* 0711 */);
            File.WriteAllText(Path.Combine(directory, "state.json"), text.Replace($"\"id\":\"{id}\"", $"\"id\":\"x{i:000}\"", StringComparison.Ordinal));
        }
        Session = new ContainerRuntime(new RuntimeOptions { Root = root, ListsAgain = true });
        Seen = SeenContainers.OfRoot(root);
        try
        {
            // Until what was written is old enough to be kept.
            Assert.True(SpinWait.SpinUntil(() => Session.List().Count() == Count + 1 && Seen.Files == 2 * (Count + 1), TimeSpan.FromSeconds(30)), $"{Seen.Files} files are kept");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ContainerRuntime Session { get; }

    public SeenContainers Seen { get; }

    public void Dispose()
    {
        SeenContainers.ForgetAll();
        foreach (string copy in Directory.GetDirectories(_root, "x*"))
            Directory.Delete(copy, recursive: true);
    }
}
