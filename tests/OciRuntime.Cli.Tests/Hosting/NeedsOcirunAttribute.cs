using OciRuntime.Tests.Shared;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>The staged command, and what its containers need.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class NeedsOcirunAttribute : NeedsAttribute
{
    protected override string? Missing() => Ocirun.Missing;
}
