using OciRuntime.Cli.Output;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Commands;

/// <summary><c>features</c>: what this runtime can do on this machine, as JSON (features.md).</summary>
internal static class FeaturesCommand
{
    internal static readonly Command Definition = new("features", "", "print what is supported, as JSON", [], (0, 0), Run);

    private static int Run(Invocation invocation)
    {
        StandardStream.Out([.. RuntimeFeatures.ToJson(), (byte)'\n']);
        return 0;
    }
}
