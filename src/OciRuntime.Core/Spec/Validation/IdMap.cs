using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>Checks for id maps that the kernel would refuse (user_namespaces(7)).</summary>
internal static class IdMap
{
    private const int MaxLines = 340;

    public static void Check(string at, List<OciIdMapping>? map, SpecProblems problems)
    {
        if (map is null)
            return;
        if (map.Count > MaxLines)
            problems.Add(at, $"must have at most {MaxLines} entries, found {map.Count}");
        for (int i = 0; i < map.Count; i++)
        {
            OciIdMapping line = map[i];
            string pointer = SpecPointer.Item(at, i);
            if (line.Size == 0)
                problems.Add(pointer + "/size", "must be greater than zero");
            // The highest number is not an id: (uid_t)-1 means "none".
            if ((ulong)line.ContainerID + line.Size > uint.MaxValue)
                problems.Add(pointer, "the container ids exceed 4294967294");
            if ((ulong)line.HostID + line.Size > uint.MaxValue)
                problems.Add(pointer, "the host ids exceed 4294967294");
            for (int j = 0; j < i && map.Count <= MaxLines; j++)
            {
                if (Overlap(line.ContainerID, map[j].ContainerID, line.Size, map[j].Size) || Overlap(line.HostID, map[j].HostID, line.Size, map[j].Size))
                {
                    problems.Add(pointer, $"overlaps {SpecPointer.Item(at, j)}");
                    break;
                }
            }
        }
    }

    private static bool Overlap(ulong a, ulong b, ulong sizeA, ulong sizeB) => a < b + sizeB && b < a + sizeA;
}
