using OciRuntime.Core.Files;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A v1 cpuset without cpus and mems accepts no tasks (cpuset(7)), so new ones get those of their parents.</summary>
internal static class V1Cpuset
{
    /// <summary>Fills in the files of a directory and its parents that are empty, except those of the directory itself that the spec sets.</summary>
    internal static void Inherit(string directory, string mountPoint, IReadOnlyList<string> made, OciCpu? cpu)
    {
        Inherit(directory, "cpuset.cpus", mountPoint, made, cpu?.Cpus);
        Inherit(directory, "cpuset.mems", mountPoint, made, cpu?.Mems);
    }

    private static void Inherit(string directory, string file, string mountPoint, IReadOnlyList<string> made, string? asked)
    {
        string parents = Fill(directory[..directory.LastIndexOf('/')], file, mountPoint, made);
        // A new directory is empty, so it need not be read.
        if (string.IsNullOrEmpty(asked) && (made.Contains(directory) || Read(directory, file).Length == 0))
            Write(directory, file, parents);
    }

    private static string Fill(string directory, string file, string mountPoint, IReadOnlyList<string> made)
    {
        bool root = directory.Length <= mountPoint.Length;
        string own = !root && made.Contains(directory) ? string.Empty : Read(directory, file);
        if (own.Length > 0 || root)
            return own;
        string parents = Fill(directory[..directory.LastIndexOf('/')], file, mountPoint, made);
        Write(directory, file, parents);
        return parents;
    }

    private static string Read(string directory, string file) => TextFile.ReadOnce(directory + "/" + file).TrimEnd();

    private static void Write(string directory, string file, string value) => CgroupFiles.Write(directory, new("cpuset", file, value, "/linux/resources/cpu"));
}
