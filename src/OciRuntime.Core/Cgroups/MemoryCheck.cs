using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>memory.checkBeforeUpdate (config-linux.md): v2 accepts any limit and kills processes, where v1 refuses a limit that it can't reach.</summary>
internal static class MemoryCheck
{
    /// <summary>Refuses a limit that is below the memory in use, if the property asks for that.</summary>
    /// <param name="directory">Directory in the unified hierarchy.</param>
    /// <param name="memory">The new limits.</param>
    /// <exception cref="OciException">ResourceBusy.</exception>
    internal static void Refuse(string directory, OciMemory memory)
    {
        if (memory.CheckBeforeUpdate != true
            || !long.TryParse(TextFile.TryReadOnce(directory + "/memory.current"), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long usage))
            return;
        foreach ((long? limit, string words, string name) in new[] { (memory.Swap, "memory+swap", "swap"), (memory.Limit, "memory", "limit") })
        {
            if (limit > 0 && limit <= usage)
            {
                throw new OciException(OciErrorCode.ResourceBusy, $"rejecting {words} limit {limit}: {usage} bytes are in use, and checkBeforeUpdate is set")
                {
                    Step = "cgroup",
                    Object = directory,
                    SpecPointer = "/linux/resources/memory/" + name,
                };
            }
        }
    }
}
