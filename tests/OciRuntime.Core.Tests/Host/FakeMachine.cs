using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Host;

/// <summary>A directory that stands for "/" of another machine.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public string Root => _root.Path;

    public FakeMachine With(string path, string text)
    {
        string file = Root + path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public void Dispose() => _root.Dispose();
}
