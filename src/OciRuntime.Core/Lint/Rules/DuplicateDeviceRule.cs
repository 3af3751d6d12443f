using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Two devices at one path, or one device at two paths (config-linux.md, "Devices": SHOULD NOT).</summary>
internal sealed class DuplicateDeviceRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        var paths = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbers = new Dictionary<(string, long?, long?), int>();
        for (int i = 0; i < spec.Linux?.Devices?.Count; i++)
        {
            OciDevice device = spec.Linux.Devices[i];
            string pointer = SpecPointer.Item("/linux/devices", i);
            if (!paths.TryAdd(ContainerPath.Clean(device.Path ?? string.Empty), i))
                issues.Add(new OciSpecIssue("DuplicateDevice", OciIssueSeverity.Warning, pointer, $"{device.Path} is given twice; the first one counts"));
            else if (device.Major is not null && !numbers.TryAdd((device.Type ?? string.Empty, device.Major, device.Minor), i))
                issues.Add(new OciSpecIssue("DuplicateDevice", OciIssueSeverity.Info, pointer, $"{device.Path} is the same device as {SpecPointer.Item("/linux/devices", numbers[(device.Type ?? string.Empty, device.Major, device.Minor)])}"));
        }
    }

    public string Remedy => "removed";

    public bool Mends(OciSpecIssue issue) => issue.Level == OciIssueSeverity.Warning;

    public void Fix(OciSpec spec)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        spec.Linux?.Devices?.RemoveAll(device => !paths.Add(ContainerPath.Clean(device.Path ?? string.Empty)));
    }
}
