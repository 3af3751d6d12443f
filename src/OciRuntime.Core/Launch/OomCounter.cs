using System.Buffers.Text;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>The oom_kill count of a cgroup (memory.events on v2, memory.oom_control on v1).</summary>
internal static class OomCounter
{
    /// <summary>True when the kernel has killed something in this cgroup for lack of memory.</summary>
    public static bool HasKills(string? file) =>
        file is not null && SmallFile.TryRead(Libc.AT_FDCWD, file) is { } bytes && Parse(bytes) > 0;

    internal static ulong Parse(ReadOnlySpan<byte> text)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith("oom_kill "u8) && Utf8Parser.TryParse(line[9..], out ulong count, out _))
                return count;
        }
        return 0;
    }
}
